#include "windows/pipe_echo.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

/// rmb-bench-echo overlapped|synchronous PIPE REQUEST-BYTES ANSWER-BYTES
int wmain(int argc, wchar_t** argv) {
    using namespace rmb::bench;
    if (argc != 5) {
        std::fputs("rmb-bench-echo: started by rmb-bench\n", stderr);
        return 2;
    }
    const auto kind =
        std::wstring{argv[1]} == L"overlapped" ? PipeKind::overlapped : PipeKind::synchronous;
    const auto number = [](const wchar_t* text) {
        return static_cast<std::size_t>(std::wcstoul(text, nullptr, 10));
    };
    try {
        serve_echo(kind, argv[2], {number(argv[3]), number(argv[4])});
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "rmb-bench-echo: %s\n", failure.what());
        return 1;
    }
}
