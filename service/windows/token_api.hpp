#pragma once

#include <windows.h>

#include <cstdint>
#include <string>
#include <vector>

namespace rmb::win {

/// The few calls by which a caller is identified, so that a test can see which are made, in which
/// order and on what; and by which a thread then acts in his name. Each returns a Win32 error code.
/// There is deliberately no call here that starts anything with a token.
class TokenApi {
public:
    TokenApi() = default;
    TokenApi(const TokenApi&) = delete;
    TokenApi& operator=(const TokenApi&) = delete;
    virtual ~TokenApi() = default;

    virtual DWORD impersonate_client(HANDLE pipe) = 0;
    virtual DWORD revert_to_self() = 0;
    virtual DWORD open_thread_token(DWORD access, bool open_as_self, HANDLE& token) = 0;

    virtual DWORD open_process(std::uint32_t pid, DWORD access, HANDLE& process) = 0;
    virtual DWORD open_process_token(HANDLE process, DWORD access, HANDLE& token) = 0;
    virtual DWORD process_start_time(HANDLE process, std::uint64_t& start_time) = 0;
    virtual DWORD process_image(HANDLE process, std::wstring& path) = 0;

    /// The whole of one information class.
    virtual DWORD query_token(HANDLE token, TOKEN_INFORMATION_CLASS what,
                              std::vector<std::uint64_t>& information) = 0;
    /// A copy that a thread can act with (SecurityImpersonation), and that can be copied again.
    virtual DWORD duplicate_for_impersonation(HANDLE token, HANDLE& duplicate) = 0;
    /// Of a copy. ERROR_NOT_ALL_ASSIGNED where the token does not hold the privilege: none is given
    /// to it.
    virtual DWORD enable_privilege(HANDLE duplicate, const wchar_t* privilege) = 0;
    /// The calling thread acts as `token` until revert_to_self().
    virtual DWORD assume_token(HANDLE token) = 0;
    virtual void close(HANDLE handle) = 0;

    /// Ends the process at once. For a thread that may still run as the caller.
    [[noreturn]] virtual void die(DWORD code) = 0;
};

/// The system itself.
[[nodiscard]] TokenApi& system_token_api();

/// Closes what the seam handed out.
class SeamHandle {
public:
    SeamHandle(TokenApi& api, HANDLE handle) : api_{&api}, handle_{handle} {}
    SeamHandle(SeamHandle&& other) noexcept : api_{other.api_}, handle_{other.handle_} {
        other.handle_ = nullptr;
    }
    SeamHandle(const SeamHandle&) = delete;
    SeamHandle& operator=(const SeamHandle&) = delete;
    SeamHandle& operator=(SeamHandle&&) = delete;
    ~SeamHandle() {
        if (handle_ != nullptr) {
            api_->close(handle_);
        }
    }
    [[nodiscard]] HANDLE get() const {
        return handle_;
    }

private:
    TokenApi* api_;
    HANDLE handle_;
};

}  // namespace rmb::win
