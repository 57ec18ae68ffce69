#include "windows/dll_calls.hpp"

#include "windows/failure.hpp"
#include "windows/own_folder.hpp"

#include <array>

namespace rmb::bench {
namespace {

void check(const char* function, DWORD code) {
    if (code != ERROR_SUCCESS) {
        fail(function, code);
    }
}

}  // namespace

DllCalls::DllCalls() {
    const auto path = own_folder() / L"rmbclient.dll";
    if (const auto code = dll_.load(path.wstring()); code != ERROR_SUCCESS) {
        fail("loading " + path.string(), code);
    }
}

DWORD DllCalls::start() const {
    DWORD session = 0;
    std::array<WCHAR, CCH_RM_SESSION_KEY + 1> key{};
    check("RmStartSession", dll_.start_session(&session, 0, key.data()));
    return session;
}

void DllCalls::end(DWORD session) const {
    check("RmEndSession", dll_.end_session(session));
}

void DllCalls::add(DWORD session, const std::vector<std::filesystem::path>& files) const {
    std::vector<LPCWSTR> names;
    for (const auto& file : files) {
        names.push_back(file.c_str());
    }
    check("RmRegisterResources", dll_.register_resources(session, static_cast<UINT>(names.size()),
                                                         names.data(), 0, nullptr, 0, nullptr));
}

UINT DllCalls::list(DWORD session) const {
    std::array<RM_PROCESS_INFO, 64> applications;
    UINT needed = 0;
    auto count = static_cast<UINT>(applications.size());
    DWORD reasons = 0;
    check("RmGetList", dll_.get_list(session, &needed, &count, applications.data(), &reasons));
    return count;
}

void DllCalls::shut_down(DWORD session) const {
    check("RmShutdown", dll_.shut_down(session, 0, nullptr));
}

DllSession::DllSession(const DllCalls& dll, const std::vector<std::filesystem::path>& files)
    : dll_{dll}, handle_{dll.start()} {
    dll_.add(handle_, files);
}

DllSession::~DllSession() {
    try {
        dll_.end(handle_);
    } catch (const std::exception&) {
        return;  // it ends with this process at the latest
    }
}

void DllSession::list(UINT expected) const {
    if (const auto count = dll_.list(handle_); count != expected) {
        throw std::runtime_error{"RmGetList names " + std::to_string(count) +
                                 " applications instead of " + std::to_string(expected)};
    }
}

void DllSession::shut_down() const {
    dll_.shut_down(handle_);
}

}  // namespace rmb::bench
