#include "harness/affecting_test.hpp"

#include "harness/win32_error.hpp"

#include <windows.h>

#include <iostream>

namespace rmb::e2e {
namespace {

constexpr const wchar_t* kDesktopKey = L"Control Panel\\Desktop";
constexpr const wchar_t* kHungLimit = L"HungAppTimeout";
constexpr const wchar_t* kControlKey = L"SYSTEM\\CurrentControlSet\\Control";
constexpr const wchar_t* kServiceLimit = L"WaitToKillServiceTimeout";

}  // namespace

void Affecting::SetUp() {
    BrokerWithFolder::SetUp();
    file_ = make_file("wanted.txt");
}

void Affecting::TearDown() {
    if (HasFailure()) {
        std::cout << report_.all();
    }
    services_.clear();
    programs_.clear();
    kill_children();
    kill_all_of(report_);
    RegDeleteKeyValueW(HKEY_CURRENT_USER, kDesktopKey, kHungLimit);
    if (old_service_limit_) {
        *old_service_limit_ ? set_value(kControlKey, kServiceLimit, **old_service_limit_)
                            : delete_value(kControlKey, kServiceLimit);
    }
    BrokerWithFolder::TearDown();
}

Program& Affecting::launch(const std::string& mode, const ProgramOptions& options) {
    return programs_.emplace_back(mode, options, report_);
}

Program& Affecting::run(const std::string& mode, const ProgramOptions& options) {
    auto& program = launch(mode, options);
    program.wait_until_ready();
    return program;
}

TestService& Affecting::run_service(const std::string& name, const std::filesystem::path& hold,
                                    const std::vector<std::string>& needs,
                                    const std::string& mode) {
    return services_.emplace_front(name, ProgramOptions{.hold = hold}, report_, needs, mode);
}

Installer& Affecting::install() {
    return installers_.emplace_back(spawn());
}

Installer& Affecting::install_file() {
    auto& installer = install();
    EXPECT_EQ(installer.add({file_target(file_)}), 0U);
    return installer;
}

void Affecting::set_hung_limit(Milliseconds limit) {
    const auto text = std::to_wstring(limit.count());
    const auto code =
        RegSetKeyValueW(HKEY_CURRENT_USER, kDesktopKey, kHungLimit, REG_SZ, text.c_str(),
                        static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t)));
    if (code != ERROR_SUCCESS) {
        fail_with("setting HungAppTimeout", static_cast<DWORD>(code));
    }
}

void Affecting::set_service_limit(Milliseconds limit) {
    if (!old_service_limit_) {
        old_service_limit_ = text_value(kControlKey, kServiceLimit);
    }
    set_value(kControlKey, kServiceLimit, std::to_wstring(limit.count()));
}

bool Affecting::is_free(const std::filesystem::path& file) {
    const client::UniqueHandle alone{
        CreateFileW(file.c_str(), GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr)};
    return static_cast<bool>(alone);
}

}  // namespace rmb::e2e
