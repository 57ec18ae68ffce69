#include "windows/log.hpp"

#include "windows/security_descriptor.hpp"

#include <aclapi.h>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/msvc_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <cwchar>
#include <exception>
#include <string_view>
#include <utility>

namespace rmb::win {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1024} * 1024;

/// The message, on one line whatever is in it.
class OneLine final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
                spdlog::memory_buf_t& out) override {
        for (const char c : message.payload) {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back(byte < 0x20 || byte == 0x7F ? '?' : c);
        }
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<OneLine>();
    }
};

std::shared_ptr<spdlog::logger> make_log(spdlog::sink_ptr sink, const core::Config& config) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<OneLine>('*').set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %*");
    auto log = std::make_shared<spdlog::logger>("rmbroker", std::move(sink));
    log->set_formatter(std::move(formatter));
    log->set_level(spdlog::level::from_str(config.log_level));
    log->flush_on(spdlog::level::warn);
    return log;
}

/// SID of the user of a token that is ours.
result<std::vector<std::uint64_t>> own_user() {
    UniqueHandle token;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out()) == FALSE) {
        return last_error("opening the own token");
    }
    std::vector<std::uint64_t> user(32);
    DWORD size = 0;
    if (GetTokenInformation(token.get(), TokenUser, user.data(),
                            static_cast<DWORD>(user.size() * sizeof user[0]), &size) == FALSE) {
        return last_error("querying the own token");
    }
    return user;
}

result<void> check_owner(HANDLE folder) {
    PSID owner = nullptr;
    UniqueLocal descriptor;
    PSECURITY_DESCRIPTOR found = nullptr;
    const DWORD code = GetSecurityInfo(folder, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                       nullptr, nullptr, nullptr, &found);
    descriptor.reset(found);
    if (code != ERROR_SUCCESS) {
        return win32_error("reading a folder's owner", code);
    }
    if (IsWellKnownSid(owner, WinLocalSystemSid) != FALSE ||
        IsWellKnownSid(owner, WinBuiltinAdministratorsSid) != FALSE) {
        return {};
    }
    const auto self = own_user();
    if (self.has_error()) {
        return self.error();
    }
    const auto* user = static_cast<const TOKEN_USER*>(static_cast<const void*>(self->data()));
    if (EqualSid(owner, user->User.Sid) == FALSE) {
        return Error{Code::access_denied, "the folder belongs to another user"};
    }
    return {};
}

result<void> protect(HANDLE folder, const SecurityDescriptor& descriptor) {
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL dacl = nullptr;
    if (GetSecurityDescriptorDacl(descriptor.get(), &present, &dacl, &defaulted) == FALSE) {
        return last_error("reading a DACL");
    }
    const DWORD code = SetSecurityInfo(
        folder, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
        nullptr, nullptr, dacl, nullptr);
    if (code != ERROR_SUCCESS) {
        return win32_error("protecting a folder", code);
    }
    return {};
}

}  // namespace

result<void> make_protected_folder(const std::wstring& path) {
    const auto descriptor = SecurityDescriptor::from_sddl(kFolderSddl);
    if (descriptor.has_error()) {
        return descriptor.error();
    }
    auto attributes = descriptor->attributes();
    if (CreateDirectoryW(path.c_str(), &attributes) == FALSE &&
        GetLastError() != ERROR_ALREADY_EXISTS) {
        return last_error("creating " + narrow(path));
    }
    // By handle, so that what is checked is what is protected.
    const UniqueFile folder{
        CreateFileW(path.c_str(), READ_CONTROL | WRITE_DAC | FILE_READ_ATTRIBUTES,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                    FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr)};
    if (!folder) {
        return last_error("opening " + narrow(path));
    }
    BY_HANDLE_FILE_INFORMATION information{};
    if (GetFileInformationByHandle(folder.get(), &information) == FALSE) {
        return last_error("examining " + narrow(path));
    }
    if ((information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ||
        (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
        return Error{Code::access_denied, narrow(path) + " is not a folder"};
    }
    if (const auto owned = check_owner(folder.get()); owned.has_error()) {
        return Error{owned.error().code, narrow(path) + ": " + owned.error().message};
    }
    return protect(folder.get(), *descriptor);
}

/// Where Windows keeps the data of programs for all users. Not by %ProgramData%, since an
/// environment can be anything, nor by shell32.dll, which brings user32.dll into the service.
result<std::wstring> program_data() {
    constexpr std::wstring_view kDrive = L"%SystemDrive%";
    std::wstring path(MAX_PATH, L'\0');
    auto size = static_cast<DWORD>(path.size() * sizeof path[0]);
    const auto code = RegGetValueW(
        HKEY_LOCAL_MACHINE, LR"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)",
        L"ProgramData", RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, nullptr, path.data(),
        &size);
    if (code != ERROR_SUCCESS) {
        return win32_error("looking for ProgramData", static_cast<DWORD>(code));
    }
    path.resize(std::wcslen(path.c_str()));
    if (path.starts_with(kDrive)) {
        std::wstring windows(MAX_PATH, L'\0');
        windows.resize(GetSystemWindowsDirectoryW(windows.data(), MAX_PATH));
        path.replace(0, kDrive.size(), windows.substr(0, 2));
    }
    return path;
}

result<std::wstring> make_log_folder() {
    auto found = program_data();
    if (found.has_error()) {
        return found.error();
    }
    auto path = std::move(*found);
    for (const wchar_t* part : {L"\\rmbroker", L"\\log"}) {
        path += part;
        if (const auto made = make_protected_folder(path); made.has_error()) {
            return made.error();
        }
    }
    return path;
}

result<std::shared_ptr<spdlog::logger>> make_file_log(const std::wstring& folder,
                                                      const core::Config& config) {
    try {
        // The process's code page is UTF-8, by its manifest.
        return make_log(
            std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                narrow(folder) + "\\rmbroker.log", config.log_file_megabytes * kMegabyte,
                std::max<std::size_t>(config.log_files, 1) - 1),
            config);
    } catch (const std::exception& error) {
        return Error{Code::write_fault, error.what()};
    }
}

std::shared_ptr<spdlog::logger> make_console_log(const core::Config& config) {
    return make_log(std::make_shared<spdlog::sinks::stderr_sink_mt>(), config);
}

std::shared_ptr<spdlog::logger> make_service_log(const core::Config& config) {
    Error why;
    if (const auto folder = make_log_folder(); folder.has_value()) {
        auto log = make_file_log(*folder, config);
        if (log.has_value()) {
            return *log;
        }
        why = log.error();
    } else {
        why = folder.error();
    }
    auto log = make_log(std::make_shared<spdlog::sinks::windebug_sink_mt>(), config);
    log->error("event=log_unavailable why=\"{}\"", why.message);
    return log;
}

}  // namespace rmb::win
