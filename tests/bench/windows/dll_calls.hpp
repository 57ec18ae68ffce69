#pragma once

#include "child/client_dll.hpp"

#include <filesystem>
#include <vector>

namespace rmb::bench {

/// The rmbclient.dll beside this program.
class DllCalls {
public:
    DllCalls();

    [[nodiscard]] DWORD start() const;
    void end(DWORD session) const;
    void add(DWORD session, const std::vector<std::filesystem::path>& files) const;
    /// How many applications there are.
    [[nodiscard]] UINT list(DWORD session) const;
    void shut_down(DWORD session) const;

private:
    e2e::ClientDll dll_;
};

/// A session about files.
class DllSession {
public:
    DllSession(const DllCalls& dll, const std::vector<std::filesystem::path>& files);
    DllSession(const DllSession&) = delete;
    DllSession& operator=(const DllSession&) = delete;
    ~DllSession();

    /// Fails unless so many applications are listed: else something else would be measured.
    void list(UINT expected) const;
    void shut_down() const;

private:
    const DllCalls& dll_;
    DWORD handle_;
};

}  // namespace rmb::bench
