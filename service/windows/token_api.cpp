#include "windows/token_api.hpp"

#include "windows/api.hpp"

namespace rmb::win {
namespace {

constexpr DWORD kLongestPath = 32'768;

DWORD last_if(bool failed) {
    return failed ? GetLastError() : ERROR_SUCCESS;
}

class SystemTokenApi final : public TokenApi {
public:
    DWORD impersonate_client(HANDLE pipe) override {
        return last_if(ImpersonateNamedPipeClient(pipe) == FALSE);
    }

    DWORD revert_to_self() override {
        return last_if(RevertToSelf() == FALSE);
    }

    DWORD open_thread_token(DWORD access, bool open_as_self, HANDLE& token) override {
        return last_if(OpenThreadToken(GetCurrentThread(), access, open_as_self ? TRUE : FALSE,
                                       &token) == FALSE);
    }

    DWORD open_process(std::uint32_t pid, DWORD access, HANDLE& process) override {
        process = OpenProcess(access, FALSE, pid);
        return last_if(process == nullptr);
    }

    DWORD open_process_token(HANDLE process, DWORD access, HANDLE& token) override {
        return last_if(OpenProcessToken(process, access, &token) == FALSE);
    }

    DWORD process_start_time(HANDLE process, std::uint64_t& start_time) override {
        FILETIME created{};
        FILETIME exited{};
        FILETIME kernel{};
        FILETIME user{};
        if (GetProcessTimes(process, &created, &exited, &kernel, &user) == FALSE) {
            return GetLastError();
        }
        start_time = to_uint64(created);
        return ERROR_SUCCESS;
    }

    DWORD process_image(HANDLE process, std::wstring& path) override {
        path.resize(kLongestPath);
        auto units = kLongestPath;
        if (QueryFullProcessImageNameW(process, 0, path.data(), &units) == FALSE) {
            return GetLastError();
        }
        path.resize(units);
        return ERROR_SUCCESS;
    }

    DWORD query_token(HANDLE token, TOKEN_INFORMATION_CLASS what,
                      std::vector<std::uint64_t>& information) override {
        information.assign(64, 0);
        for (;;) {
            auto size = static_cast<DWORD>(information.size() * sizeof information[0]);
            if (GetTokenInformation(token, what, information.data(), size, &size) != FALSE) {
                return ERROR_SUCCESS;
            }
            const DWORD code = GetLastError();
            if (code != ERROR_INSUFFICIENT_BUFFER && code != ERROR_BAD_LENGTH) {
                return code;
            }
            const auto needed = size / sizeof information[0] + 1;
            if (needed <= information.size()) {
                return code;
            }
            information.assign(needed, 0);
        }
    }

    DWORD duplicate_for_impersonation(HANDLE token, HANDLE& duplicate) override {
        constexpr DWORD kAccess =
            TOKEN_QUERY | TOKEN_IMPERSONATE | TOKEN_DUPLICATE | TOKEN_ADJUST_PRIVILEGES;
        return last_if(DuplicateTokenEx(token, kAccess, nullptr, SecurityImpersonation,
                                        TokenImpersonation, &duplicate) == FALSE);
    }

    DWORD enable_privilege(HANDLE duplicate, const wchar_t* privilege) override {
        TOKEN_PRIVILEGES wanted{};
        wanted.PrivilegeCount = 1;
        wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
        if (LookupPrivilegeValueW(nullptr, privilege, &wanted.Privileges[0].Luid) == FALSE) {
            return GetLastError();
        }
        // It succeeds, too, where the token does not hold it: the error code alone tells.
        SetLastError(ERROR_SUCCESS);
        AdjustTokenPrivileges(duplicate, FALSE, &wanted, 0, nullptr, nullptr);
        return GetLastError();
    }

    DWORD assume_token(HANDLE token) override {
        return last_if(SetThreadToken(nullptr, token) == FALSE);
    }

    void close(HANDLE handle) override {
        CloseHandle(handle);
    }

    [[noreturn]] void die(DWORD code) override {
        // No clean-up: every further call of this thread could be made as somebody else.
        TerminateProcess(GetCurrentProcess(), code);
        for (;;) {
        }
    }
};

}  // namespace

TokenApi& system_token_api() {
    static SystemTokenApi api;
    return api;
}

}  // namespace rmb::win
