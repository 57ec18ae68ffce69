#include "client/ctl/doctor_facts.hpp"

#include "client/lib/windows_handle.hpp"
#include "client/lib/windows_text.hpp"

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <cstring>
#include <memory>
#include <vector>

namespace rmb::ctl {
namespace {

using client::to_utf8;
using client::to_wide;
using client::UniqueLocal;
using client::UniqueService;

/// Opened for one right at a time: SCM refuses all where the caller lacks one.
UniqueService open_for(DWORD access) {
    const UniqueService manager{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    if (!manager) {
        return {};
    }
    return UniqueService{OpenServiceW(manager.get(), to_wide(proto::kServiceName).c_str(), access)};
}

/// SCM's answers are a struct followed by what it points to: aligned storage of the right size.
class Answer {
public:
    template <class Query>
    explicit Answer(Query query) {
        DWORD needed = 0;
        if (query(nullptr, 0, &needed) != FALSE || GetLastError() != ERROR_INSUFFICIENT_BUFFER) {
            return;
        }
        bytes_.resize(needed);
        if (query(bytes_.data(), needed, &needed) == FALSE) {
            bytes_.clear();
        }
    }

    template <class T>
    [[nodiscard]] const T* as() const {
        return bytes_.size() < sizeof(T) ? nullptr : reinterpret_cast<const T*>(bytes_.data());
    }

private:
    std::vector<BYTE> bytes_;
};

Answer config2(SC_HANDLE service, DWORD level) {
    return Answer{[=](BYTE* to, DWORD size, DWORD* needed) {
        return QueryServiceConfig2W(service, level, to, size, needed);
    }};
}

std::optional<std::string> text_of(const wchar_t* text) {
    return text == nullptr ? std::string{} : to_utf8(text);
}

void read_config(SC_HANDLE service, proto::ServiceSetupFacts& facts) {
    const Answer answer{[=](BYTE* to, DWORD size, DWORD* needed) {
        return QueryServiceConfigW(service, reinterpret_cast<QUERY_SERVICE_CONFIGW*>(to), size,
                                   needed);
    }};
    if (const auto* config = answer.as<QUERY_SERVICE_CONFIGW>()) {
        facts.start_type = config->dwStartType;
        facts.account = text_of(config->lpServiceStartName);
        facts.image_path = text_of(config->lpBinaryPathName);
    }
}

void read_recovery(SC_HANDLE service, proto::ServiceSetupFacts& facts) {
    const auto actions_answer = config2(service, SERVICE_CONFIG_FAILURE_ACTIONS);
    if (const auto* actions = actions_answer.as<SERVICE_FAILURE_ACTIONSW>()) {
        std::vector<std::uint32_t> delays;
        for (DWORD i = 0; i < actions->cActions; ++i) {
            const auto& action = actions->lpsaActions[i];
            if (action.Type != SC_ACTION_RESTART) {
                break;
            }
            delays.push_back(action.Delay);
        }
        facts.restart_delays_ms = delays;
    }
    const auto flag_answer = config2(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG);
    if (const auto* flag = flag_answer.as<SERVICE_FAILURE_ACTIONS_FLAG>()) {
        facts.act_on_error_exit = flag->fFailureActionsOnNonCrashFailures != FALSE;
    }
}

void read_details(SC_HANDLE service, proto::ServiceSetupFacts& facts) {
    const auto delayed = config2(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO);
    if (const auto* info = delayed.as<SERVICE_DELAYED_AUTO_START_INFO>()) {
        facts.delayed_start = info->fDelayedAutostart != FALSE;
    }
    const auto sid = config2(service, SERVICE_CONFIG_SERVICE_SID_INFO);
    if (const auto* info = sid.as<SERVICE_SID_INFO>()) {
        facts.sid_type = info->dwServiceSidType;
    }
    const auto description = config2(service, SERVICE_CONFIG_DESCRIPTION);
    if (const auto* info = description.as<SERVICE_DESCRIPTIONW>()) {
        facts.description = text_of(info->lpDescription);
    }
}

/// What allow ACEs for authenticated users grant together; nullopt for a DACL without entries,
/// with which no service could be managed: Wine shows one for every service.
std::optional<std::uint32_t> access_in(PACL dacl) {
    if (dacl == nullptr || dacl->AceCount == 0) {
        return std::nullopt;
    }
    std::uint32_t granted = 0;
    for (DWORD i = 0; i < dacl->AceCount; ++i) {
        void* raw = nullptr;
        if (GetAce(dacl, i, &raw) == FALSE) {
            return std::nullopt;
        }
        auto* ace = static_cast<ACCESS_ALLOWED_ACE*>(raw);
        if (ace->Header.AceType == ACCESS_ALLOWED_ACE_TYPE &&
            IsWellKnownSid(&ace->SidStart, WinAuthenticatedUserSid) != FALSE) {
            granted |= ace->Mask;
        }
    }
    return granted;
}

std::optional<std::uint32_t> authenticated_users_access() {
    const auto service = open_for(READ_CONTROL);
    if (!service) {
        return std::nullopt;
    }
    PACL dacl = nullptr;
    PSECURITY_DESCRIPTOR raw = nullptr;
    if (GetSecurityInfo(service.get(), SE_SERVICE, DACL_SECURITY_INFORMATION, nullptr, nullptr,
                        &dacl, nullptr, &raw) != ERROR_SUCCESS) {
        return std::nullopt;
    }
    const UniqueLocal descriptor{raw};
    return access_in(dacl);
}

std::optional<ServiceSetup::ExitCodes> last_exit() {
    const auto service = open_for(SERVICE_QUERY_STATUS);
    SERVICE_STATUS status{};
    if (!service || QueryServiceStatus(service.get(), &status) == FALSE ||
        status.dwCurrentState != SERVICE_STOPPED) {
        return std::nullopt;
    }
    return ServiceSetup::ExitCodes{status.dwWin32ExitCode, status.dwServiceSpecificExitCode};
}

}  // namespace

ServiceSetup query_service_setup() {
    ServiceSetup setup;
    if (const auto service = open_for(SERVICE_QUERY_CONFIG)) {
        read_config(service.get(), setup.facts);
        read_recovery(service.get(), setup.facts);
        read_details(service.get(), setup.facts);
    }
    setup.facts.authenticated_users_access = authenticated_users_access();
    setup.last_exit = last_exit();
    return setup;
}

}  // namespace rmb::ctl
