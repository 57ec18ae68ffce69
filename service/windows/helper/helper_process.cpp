#include "windows/helper/helper_process.hpp"

#include "windows/helper/child_start.hpp"
#include "windows/helper/helper_main.hpp"
#include "windows/helper/helper_pipe.hpp"
#include "windows/helper/optional_call.hpp"
#include "windows/helper/session_tokens.hpp"
#include "windows/system/process_handle.hpp"
#include "windows/token_api.hpp"
#include "windows/token_facts.hpp"

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
    HelperProcess(UniqueFile pipe, Child child)
        : pipe_{std::move(pipe)}, child_{std::move(child)} {}
    ~HelperProcess() override {
        end_child(child_);
    }
    HelperProcess(const HelperProcess&) = delete;
    HelperProcess& operator=(const HelperProcess&) = delete;

    FramePipe& pipe() override {
        return pipe_;
    }
    [[nodiscard]] bool has_ended() const override {
        return win::has_ended(child_.process.get());
    }
    [[nodiscard]] bool ended_idle() const override {
        DWORD code = 0;
        return WaitForSingleObject(child_.process.get(), kEndMilliseconds) == WAIT_OBJECT_0 &&
               GetExitCodeProcess(child_.process.get(), &code) != FALSE && code == kHelperIdle;
    }
    [[nodiscard]] bool may_have_created(const core::ProcessKey& process) const override {
        const auto opened = open_running(process, 0);
        if (opened.has_error()) {
            return false;
        }
        const auto created = facts_of(opened->get());
        const auto own = facts_of(child_.process.get());
        // What it names may be ended or resumed in the service's or an installer's name: nothing
        // that its own rights do not reach.
        return created.has_value() && own.has_value() && win::may_have_created(*own, *created);
    }

private:
    FramePipe pipe_;
    Child child_;
};

Error refused(const std::string& why) {
    return Error{Code::not_ready, "starting the helper: " + why};
}

}  // namespace

std::wstring desktop_for(const core::TokenFacts& token) {
    constexpr std::string_view kSystem = "S-1-5-18";
    return token.windows_session == 0 && token.user != kSystem ? L"" : LR"(winsta0\default)";
}

result<std::unique_ptr<HelperLink>> start_helper(HANDLE token, OwnHelpers& helpers,
                                                 const HelperOptions& options) {
    const auto facts = read_token_facts(system_token_api(), token);
    if (facts.has_error()) {
        return refused(facts.error().message);
    }
    auto pipe = make_helper_pipe(facts->user);
    if (pipe.has_error()) {
        return refused(pipe.error().message);
    }
    Environment environment;
    if (const DWORD code = environment_of(token, environment); code != ERROR_SUCCESS) {
        return refused(win32_error("making its environment", code).message);
    }
    ChildStart start;
    start.program = options.program;
    start.arguments = kHelperCommand;
    start.arguments += L' ' + pipe->name + L' ' + std::to_wstring(options.idle.count());
    start.known_to = &helpers;
    start.token = token;
    start.environment = environment.get();
    start.desktop = desktop_for(*facts);
    // The programs that it starts are to stay when it ends.
    start.job_limits = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
    auto child = start_child(start);
    if (child.has_error()) {
        return refused(child.error().message);
    }
    if (const auto opened = await_child(pipe->end.get(), *child, options.connect);
        opened.has_error()) {
        return refused(opened.error().message);
    }
    return std::unique_ptr<HelperLink>{
        std::make_unique<HelperProcess>(std::move(pipe->end), std::move(*child))};
}

}  // namespace rmb::win
