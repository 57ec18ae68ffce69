#include "harness/run_program.hpp"

#include "child/text.hpp"
#include "harness/child_process.hpp"
#include "harness/create_process.hpp"
#include "harness/win32_error.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace rmb::e2e {
namespace {

/// A file and not a pipe: what the program may leave running could hold a pipe's other end for
/// ever.
client::UniqueHandle make_output(const std::filesystem::path& file) {
    SECURITY_ATTRIBUTES inherited{};
    inherited.nLength = sizeof inherited;
    inherited.bInheritHandle = TRUE;
    client::UniqueHandle output{CreateFileW(file.c_str(), GENERIC_WRITE,
                                            FILE_SHARE_READ | FILE_SHARE_DELETE, &inherited,
                                            CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY, nullptr)};
    if (!output) {
        fail_with_last_error("making " + file.string());
    }
    return output;
}

}  // namespace

Said run_program(const std::filesystem::path& program, const std::string& arguments) {
    // One a call: what the last left running may hold the last's.
    static int calls = 0;
    const auto file = std::filesystem::temp_directory_path() /
                      (L"rmb-e2e-said-" + std::to_wstring(GetCurrentProcessId()) + L'-' +
                       std::to_wstring(++calls) + L".txt");
    Said said;
    {
        const auto output = make_output(file);
        STARTUPINFOW startup{};
        startup.cb = sizeof startup;
        startup.dwFlags = STARTF_USESTDHANDLES;
        startup.hStdOutput = output.get();
        startup.hStdError = output.get();
        PROCESS_INFORMATION made{};
        auto command_line = L"\"" + program.wstring() + L"\" " + wide(arguments);
        if (!create_process({command_line, CREATE_NO_WINDOW, true}, startup, made)) {
            fail_with_last_error("starting " + program.string());
        }
        const client::UniqueHandle process{made.hProcess};
        const client::UniqueHandle thread{made.hThread};
        if (WaitForSingleObject(process.get(), static_cast<DWORD>(kPatience.count())) !=
            WAIT_OBJECT_0) {
            TerminateProcess(process.get(), 1);
            throw std::runtime_error{program.string() + " " + arguments + " does not end"};
        }
        GetExitCodeProcess(process.get(), &said.code);
    }
    std::ifstream written{file, std::ios::binary};
    said.text.assign(std::istreambuf_iterator<char>{written}, {});
    written.close();
    std::error_code is_held;
    std::filesystem::remove(file, is_held);
    return said;
}

Said run_rmbctl(const std::string& arguments) {
    return run_program(programs().rmbctl, arguments);
}

}  // namespace rmb::e2e
