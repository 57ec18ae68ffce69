#pragma once

#include "core/identity.hpp"
#include "windows/api.hpp"
#include "windows/token_api.hpp"

#include <sddl.h>

#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rmb::win {

/// Records every call with the handle it was made on, and answers from two sets of facts.
class FakeTokenApi : public TokenApi {
public:
    struct Call {
        std::string name;
        HANDLE handle = nullptr;
        DWORD access = 0;
    };
    struct Died : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    static HANDLE handle(std::uintptr_t number) {
        HANDLE made = nullptr;
        std::memcpy(&made, &number, sizeof made);
        return made;
    }
    const HANDLE pipe = handle(0x10);
    const HANDLE process = handle(0x20);
    const HANDLE pipe_token = handle(0x30);
    const HANDLE process_token = handle(0x40);
    /// The process's token again, opened to be duplicated; and the duplicate.
    const HANDLE source_token = handle(0x50);
    const HANDLE rights_token = handle(0x60);

    core::TokenFacts pipe_facts = facts();
    core::TokenFacts process_facts = facts();
    /// Of the token opened to be duplicated, where it is not process_facts.
    std::optional<core::TokenFacts> source_facts;
    /// Error codes by the name of the call; "query_token:pipe" and "query_token:process".
    std::map<std::string, DWORD> failures;
    /// Error code of the question for restricting SIDs.
    DWORD pipe_restricted = ERROR_SUCCESS;
    DWORD process_restricted = ERROR_SUCCESS;
    /// The one class that neither token answers, and the code.
    std::optional<TOKEN_INFORMATION_CLASS> failing_class;
    DWORD failing_code = ERROR_INVALID_FUNCTION;
    std::vector<Call> calls;
    bool open_as_self = false;
    std::vector<std::wstring> enabled;  // privileges that were to be enabled

    static core::TokenFacts facts() {
        core::TokenFacts made;
        made.user = "S-1-5-21-1-2-3-1001";
        made.windows_session = 2;
        made.logon_id = 0x1'0000'0007;
        made.integrity = 0x2000;
        made.elevation_type = 3;
        return made;
    }

    DWORD impersonate_client(HANDLE on) override {
        return record("impersonate", on, 0);
    }
    DWORD revert_to_self() override {
        return record("revert", nullptr, 0);
    }
    DWORD open_thread_token(DWORD access, bool as_self, HANDLE& token) override {
        open_as_self = as_self;
        token = pipe_token;
        return record("open_thread_token", nullptr, access);
    }
    DWORD open_process(std::uint32_t pid, DWORD access, HANDLE& opened) override {
        opened_pid = pid;
        opened = process;
        return record("open_process", nullptr, access);
    }
    DWORD open_process_token(HANDLE on, DWORD access, HANDLE& token) override {
        const bool to_duplicate = (access & TOKEN_DUPLICATE) != 0;
        token = to_duplicate ? source_token : process_token;
        return record(to_duplicate ? "open_source_token" : "open_process_token", on, access);
    }
    DWORD process_start_time(HANDLE on, std::uint64_t& start_time) override {
        start_time = 1234;
        return record("process_start_time", on, 0);
    }
    DWORD process_image(HANDLE on, std::wstring& path) override {
        path = L"C:\\setup.exe";
        return record("process_image", on, 0);
    }
    DWORD query_token(HANDLE token, TOKEN_INFORMATION_CLASS what,
                      std::vector<std::uint64_t>& information) override {
        const bool of_pipe = token == pipe_token;
        record("query_token", token, 0);
        const auto failure = failures.find(of_pipe ? "query_token:pipe" : "query_token:process");
        if (failure != failures.end()) {
            return failure->second;
        }
        if (failing_class == what) {
            return failing_code;
        }
        const auto& of_process =
            token == source_token && source_facts ? *source_facts : process_facts;
        return answer(of_pipe ? pipe_facts : of_process,
                      of_pipe ? pipe_restricted : process_restricted, what, information);
    }
    DWORD duplicate_for_impersonation(HANDLE token, HANDLE& duplicate) override {
        duplicate = rights_token;
        return record("duplicate", token, 0);
    }
    DWORD enable_privilege(HANDLE on, const wchar_t* privilege) override {
        enabled.emplace_back(privilege);
        return record("enable_privilege", on, 0);
    }
    DWORD assume_token(HANDLE token) override {
        return record("assume", token, 0);
    }
    void close(HANDLE on) override {
        record("close", on, 0);
    }
    [[noreturn]] void die(DWORD /*code*/) override {
        record("die", nullptr, 0);
        throw Died{"the process would have ended"};
    }

    std::uint32_t opened_pid = 0;

private:
    DWORD record(const std::string& name, HANDLE on, DWORD access) {
        calls.push_back({name, on, access});
        const auto failure = failures.find(name);
        return failure == failures.end() ? ERROR_SUCCESS : failure->second;
    }

    /// Lays a SID behind the structure in the buffer.
    class Buffer {
    public:
        explicit Buffer(std::vector<std::uint64_t>& words) : words_{words} {
            words_.assign(256, 0);
        }
        template <class T>
        T& as() {
            return *static_cast<T*>(static_cast<void*>(words_.data()));
        }
        PSID add(const std::string& text) {
            UniqueLocal sid;
            if (ConvertStringSidToSidW(wide(text).c_str(), sid.out()) == FALSE) {
                throw std::invalid_argument(text);
            }
            PSID place = &words_.at(next_);
            next_ += 16;
            CopySid(128, place, sid.get());
            return place;
        }

    private:
        std::vector<std::uint64_t>& words_;
        std::size_t next_ = 128;
    };

    static DWORD answer(const core::TokenFacts& facts, DWORD restricted,
                        TOKEN_INFORMATION_CLASS what, std::vector<std::uint64_t>& information) {
        Buffer buffer{information};
        switch (what) {
            case TokenUser:
                buffer.as<TOKEN_USER>().User.Sid = buffer.add(facts.user);
                return ERROR_SUCCESS;
            case TokenSessionId:
                buffer.as<DWORD>() = facts.windows_session;
                return ERROR_SUCCESS;
            case TokenStatistics:
                buffer.as<TOKEN_STATISTICS>().AuthenticationId = {
                    static_cast<DWORD>(facts.logon_id), static_cast<LONG>(facts.logon_id >> 32)};
                return ERROR_SUCCESS;
            case TokenIntegrityLevel:
                buffer.as<TOKEN_MANDATORY_LABEL>().Label.Sid =
                    buffer.add("S-1-16-" + std::to_string(facts.integrity));
                return ERROR_SUCCESS;
            case TokenElevationType:
                buffer.as<DWORD>() = facts.elevation_type;
                return ERROR_SUCCESS;
            case TokenAppContainerSid:
                buffer.as<TOKEN_APPCONTAINER_INFORMATION>().TokenAppContainer =
                    facts.app_container.empty() ? nullptr : buffer.add(facts.app_container);
                return ERROR_SUCCESS;
            case TokenRestrictedSids:
                add_groups(buffer, facts.restricted_sids, 0);
                return restricted;
            case TokenGroups:
                add_groups(buffer, {"S-1-1-0", "S-1-5-32-544"},
                           facts.administrator ? SE_GROUP_ENABLED : SE_GROUP_USE_FOR_DENY_ONLY);
                return ERROR_SUCCESS;
            default:
                return ERROR_INVALID_PARAMETER;
        }
    }

    static void add_groups(Buffer& buffer, const std::vector<std::string>& sids, DWORD attributes) {
        auto& groups = buffer.as<TOKEN_GROUPS>();
        groups.GroupCount = static_cast<DWORD>(sids.size());
        // Past the one entry that the structure declares: the buffer has room for it.
        SID_AND_ATTRIBUTES* entry = &groups.Groups[0];
        for (const auto& sid : sids) {
            *entry++ = {buffer.add(sid), attributes};
        }
    }
};

}  // namespace rmb::win
