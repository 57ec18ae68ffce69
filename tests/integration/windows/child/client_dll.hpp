#pragma once

#include <rmbclient/restartmanager.h>

#include <array>
#include <string>

namespace rmb::e2e {

/// The DLL under test, by LoadLibrary as an installer's plug-in would.
class ClientDll {
public:
    ClientDll() = default;
    ClientDll(const ClientDll&) = delete;
    ClientDll& operator=(const ClientDll&) = delete;
    ~ClientDll() {
        unload();
    }

    /// 0 or a Win32 code.
    DWORD load(const std::wstring& path);
    /// 0 or a Win32 code; the library must be gone from the process afterwards.
    DWORD unload();

    [[nodiscard]] bool is_loaded() const {
        return library_ != nullptr;
    }

    DWORD(WINAPI* start_session)(DWORD*, DWORD, WCHAR[]) = nullptr;
    DWORD(WINAPI* join_session)(DWORD*, const WCHAR[]) = nullptr;
    DWORD(WINAPI* end_session)(DWORD) = nullptr;
    DWORD(WINAPI* register_resources)
    (DWORD, UINT, LPCWSTR[], UINT, RM_UNIQUE_PROCESS[], UINT, LPCWSTR[]) = nullptr;
    DWORD(WINAPI* get_list)(DWORD, UINT*, UINT*, RM_PROCESS_INFO[], LPDWORD) = nullptr;
    DWORD(WINAPI* shut_down)(DWORD, ULONG, RM_WRITE_STATUS_CALLBACK) = nullptr;
    DWORD(WINAPI* restart)(DWORD, DWORD, RM_WRITE_STATUS_CALLBACK) = nullptr;
    DWORD(WINAPI* cancel)(DWORD) = nullptr;
    DWORD(WINAPI* add_filter)
    (DWORD, LPCWSTR, RM_UNIQUE_PROCESS*, LPCWSTR, RM_FILTER_ACTION) = nullptr;
    DWORD(WINAPI* remove_filter)(DWORD, LPCWSTR, RM_UNIQUE_PROCESS*, LPCWSTR) = nullptr;
    DWORD(WINAPI* get_filter_list)(DWORD, PBYTE, DWORD, LPDWORD) = nullptr;

private:
    /// Calls `visit(name, function)` for each.
    template <class Visit>
    void for_each_function(Visit visit);

    std::wstring path_;
    HMODULE library_ = nullptr;
};

/// A caller's variables for RmStartSession, with canaries: what was written where.
struct StartArguments {
    static constexpr DWORD kHandleCanary = 0xC0FFEE01;
    static constexpr WCHAR kCanary = 0x7E7E;
    static constexpr std::size_t kKeyUnits = CCH_RM_SESSION_KEY + 1;

    DWORD handle = kHandleCanary;
    std::array<WCHAR, kKeyUnits + 32> buffer;

    StartArguments() {
        buffer.fill(kCanary);
    }

    [[nodiscard]] std::string key() const;
    /// "exact": 32 hex digits and a NUL and not a character more; "untouched": nothing at all, the
    /// handle neither; "wrong" is anything else.
    [[nodiscard]] std::string written() const;
};

}  // namespace rmb::e2e
