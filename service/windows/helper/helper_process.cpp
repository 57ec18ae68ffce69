#include "windows/helper/helper_process.hpp"

#include "windows/helper/child_start.hpp"
#include "windows/helper/helper_main.hpp"
#include "windows/helper/optional_call.hpp"
#include "windows/system/process_handle.hpp"
#include "windows/token_api.hpp"
#include "windows/token_facts.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace rmb::win {
namespace {

// From the end of the pipe to the end of the process.
constexpr DWORD kEndMilliseconds = 2'000;

struct EnvironmentTraits {
    using Value = void*;
    static Value none() {
        return nullptr;
    }
    static void close(Value value) {
        using Function = BOOL(WINAPI*)(void*);
        static const auto call =
            find_system_call<Function>(L"userenv.dll", "DestroyEnvironmentBlock");
        if (call != nullptr) {
            call(value);
        }
    }
};
using Environment = Unique<EnvironmentTraits>;

DWORD environment_of(HANDLE token, Environment& environment) {
    using Function = BOOL(WINAPI*)(void**, HANDLE, BOOL);
    static const auto call = find_system_call<Function>(L"userenv.dll", "CreateEnvironmentBlock");
    if (call == nullptr) {
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
    return call(environment.out(), token, FALSE) == FALSE ? GetLastError() : ERROR_SUCCESS;
}

result<core::TokenFacts> facts_of(HANDLE process) {
    UniqueHandle token;
    if (OpenProcessToken(process, TOKEN_QUERY, token.out()) == FALSE) {
        return last_error("opening a process's token");
    }
    return read_token_facts(system_token_api(), token.get());
}

class HelperProcess final : public HelperLink {
public:
    HelperProcess(UniqueFile pipe, UniqueHandle job, UniqueHandle process, DWORD pid)
        : pipe_{std::move(pipe)}, job_{std::move(job)}, process_{std::move(process)}, pid_{pid} {}
    ~HelperProcess() override {
        // Waited for, so that what it held has ended too: nothing of it acts after an error.
        TerminateJobObject(job_.get(), ERROR_PROCESS_ABORTED);
        WaitForSingleObject(process_.get(), kEndMilliseconds);
    }
    HelperProcess(const HelperProcess&) = delete;
    HelperProcess& operator=(const HelperProcess&) = delete;

    FramePipe& pipe() override {
        return pipe_;
    }
    [[nodiscard]] bool has_ended() const override {
        return win::has_ended(process_.get());
    }
    [[nodiscard]] bool ended_idle() const override {
        DWORD code = 0;
        return WaitForSingleObject(process_.get(), kEndMilliseconds) == WAIT_OBJECT_0 &&
               GetExitCodeProcess(process_.get(), &code) != FALSE && code == kHelperIdle;
    }
    [[nodiscard]] bool may_have_created(const core::ProcessKey& process) const override {
        const auto opened = open_running(process, 0);
        DWORD own_session = 0;
        DWORD session = 0;
        if (opened.has_error() || ProcessIdToSessionId(pid_, &own_session) == FALSE ||
            ProcessIdToSessionId(process.pid, &session) == FALSE) {
            return false;
        }
        const auto created = facts_of(opened->get());
        const auto own = facts_of(process_.get());
        // What it names may be ended or resumed in the service's or an installer's name: nothing
        // that its own rights do not reach.
        return session == own_session && created.has_value() && own.has_value() &&
               created->user == own->user && created->integrity <= own->integrity;
    }

private:
    FramePipe pipe_;
    UniqueHandle job_;
    UniqueHandle process_;
    DWORD pid_;
};

Error refused(std::string_view what, DWORD code) {
    return error_as(Code::not_ready, std::string{"starting the helper: "} + std::string{what},
                    code);
}

}  // namespace

result<std::unique_ptr<HelperLink>> start_helper(HANDLE token) {
    auto ends = make_pipe_ends();
    if (ends.has_error()) {
        return Error{Code::not_ready, ends.error().message};
    }
    Environment environment;
    if (const DWORD code = environment_of(token, environment); code != ERROR_SUCCESS) {
        return refused("its environment", code);
    }
    ChildStart child{own_program(), std::wstring{kHelperCommand} + L' ' +
                                        std::to_wstring(handle_number(ends->inherited.get()))};
    child.token = token;
    child.environment = environment.get();
    child.inherited = ends->inherited.get();
    // The programs that it starts are to stay when it ends.
    child.job_limits = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
    auto started = start_child(child);
    if (started.has_error()) {
        return Error{Code::not_ready, "starting the helper: " + started.error().message};
    }
    return std::unique_ptr<HelperLink>{std::make_unique<HelperProcess>(
        std::move(ends->own), std::move(started->job), std::move(started->process), started->pid)};
}

}  // namespace rmb::win
