#include "windows/dll_calls.hpp"

#include "windows/failure.hpp"

#include <array>
#include <bit>
#include <filesystem>

namespace rmb::bench {

DllCalls::DllCalls() {
    std::wstring program(32'768, L'\0');
    program.resize(GetModuleFileNameW(nullptr, program.data(), static_cast<DWORD>(program.size())));
    const auto path = std::filesystem::path{program}.parent_path() / L"rmbclient.dll";
    const HMODULE library = LoadLibraryW(path.c_str());
    if (library == nullptr) {
        fail("loading " + path.string());
    }
    start_ = std::bit_cast<decltype(start_)>(GetProcAddress(library, "RmStartSession"));
    end_ = std::bit_cast<decltype(end_)>(GetProcAddress(library, "RmEndSession"));
    if (start_ == nullptr || end_ == nullptr) {
        fail("functions of " + path.string());
    }
}

DWORD DllCalls::start() const {
    DWORD session = 0;
    std::array<WCHAR, CCH_RM_SESSION_KEY + 1> key{};
    if (const auto code = start_(&session, 0, key.data()); code != ERROR_SUCCESS) {
        fail("RmStartSession", code);
    }
    return session;
}

void DllCalls::end(DWORD session) const {
    if (const auto code = end_(session); code != ERROR_SUCCESS) {
        fail("RmEndSession", code);
    }
}

}  // namespace rmb::bench
