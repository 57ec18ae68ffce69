#include "windows/caller_identity.hpp"

#include "windows/api.hpp"
#include "windows/caller_rights.hpp"
#include "windows/token_facts.hpp"

#include <memory>
#include <utility>

namespace rmb::win {
namespace {

/// The one place that impersonates: one thread, no other call between, reverted at once. Hands out
/// the pipe's token, opened for queries only; the service opens it in its own name (OpenAsSelf),
/// for the caller may not be allowed to open its own.
DWORD open_pipe_token(TokenApi& api, HANDLE pipe, HANDLE& token) {
    if (const DWORD code = api.impersonate_client(pipe); code != ERROR_SUCCESS) {
        return code;
    }
    const DWORD opened = api.open_thread_token(TOKEN_QUERY, true, token);
    if (const DWORD reverted = api.revert_to_self(); reverted != ERROR_SUCCESS) {
        api.die(reverted);
    }
    return opened;
}

Error refusal(std::string message, std::string subject = {}) {
    return {Code::access_denied, std::move(message), std::move(subject)};
}

}  // namespace

CallerIdentity::CallerIdentity(TokenApi& api, HANDLE pipe, std::uint32_t pid)
    : api_{api}, pipe_{pipe}, pid_{pid} {}

core::result<const CallerIdentity::Process*> CallerIdentity::open_process() {
    if (process_) {
        return &*process_;
    }
    HANDLE opened = nullptr;
    if (const DWORD code =
            api_.open_process(pid_, PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, opened);
        code != ERROR_SUCCESS) {
        return error_as(Code::access_denied, "opening process " + std::to_string(pid_), code);
    }
    SeamHandle handle{api_, opened};
    std::uint64_t start_time = 0;
    if (const DWORD code = api_.process_start_time(handle.get(), start_time);
        code != ERROR_SUCCESS) {
        return error_as(Code::access_denied, "reading a process's start time", code);
    }
    HANDLE opened_token = nullptr;
    if (const DWORD code = api_.open_process_token(handle.get(), TOKEN_QUERY, opened_token);
        code != ERROR_SUCCESS) {
        return error_as(Code::access_denied, "opening a process's token", code);
    }
    const SeamHandle token{api_, opened_token};
    auto facts = read_token_facts(api_, token.get());
    if (facts.has_error()) {
        return refusal(facts.error().message);
    }
    // Only ever shown, so a failure does no harm.
    std::wstring path;
    if (api_.process_image(handle.get(), path) != ERROR_SUCCESS) {
        path.clear();
    }
    process_.emplace(
        Process{std::move(handle), {pid_, start_time}, narrow(path), std::move(*facts)});
    return &*process_;
}

core::result<core::TokenFacts> CallerIdentity::pipe_facts() {
    HANDLE opened = nullptr;
    const DWORD code = open_pipe_token(api_, pipe_, opened);
    if (code == ERROR_BAD_IMPERSONATION_LEVEL || code == ERROR_CANT_OPEN_ANONYMOUS) {
        // The client opened the pipe as anonymous.
        return error_as(Code::bad_impersonation_level, "identifying the caller", code);
    }
    if (code != ERROR_SUCCESS) {
        return error_as(Code::access_denied, "identifying the caller", code);
    }
    const SeamHandle token{api_, opened};
    auto facts = read_token_facts(api_, token.get());
    if (facts.has_error()) {
        return refusal(facts.error().message);
    }
    return facts;
}

/// Null where the system hands the token out for queries alone: the caller is known, and nothing is
/// done in his name. What is copied is shown once more to be what agreed.
core::result<std::shared_ptr<const core::Rights>> CallerIdentity::open_rights(
    const core::TokenFacts& agreed, bool is_administrator) {
    using Rights = std::shared_ptr<const core::Rights>;
    HANDLE opened = nullptr;
    if (api_.open_process_token(process_->handle.get(), TOKEN_QUERY | TOKEN_DUPLICATE, opened) !=
        ERROR_SUCCESS) {
        return Rights{};
    }
    const SeamHandle token{api_, opened};
    const auto facts = read_token_facts(api_, token.get());
    if (facts.has_error()) {
        return refusal(facts.error().message);
    }
    if (const auto field = core::first_difference(agreed, *facts)) {
        return refusal("the token of process " + std::to_string(pid_) + " has changed in " +
                           std::string{*field},
                       std::string{*field});
    }
    HANDLE copied = nullptr;
    if (api_.duplicate_for_impersonation(token.get(), copied) != ERROR_SUCCESS) {
        return Rights{};
    }
    SeamHandle copy{api_, copied};
    if (is_administrator && facts->administrator) {
        // Other users' programs grant nothing to administrators: these see and end them by this
        // privilege alone, which they hold and which is off until somebody enables it. Where the
        // token does not hold it he stays with what he has.
        (void)api_.enable_privilege(copy.get(), SE_DEBUG_NAME);
    }
    return Rights{std::make_shared<CallerRights>(api_, std::move(copy))};
}

core::result<core::Caller> CallerIdentity::process() {
    const auto process = open_process();
    if (process.has_error()) {
        return process.error();
    }
    const Process& known = **process;
    core::TokenFacts facts = known.facts;
    // Nothing is known yet of who opened the pipe.
    facts.administrator = false;
    return core::make_caller(facts, known.key, known.program);
}

core::result<core::Caller> CallerIdentity::caller() {
    const auto process = open_process();
    if (process.has_error()) {
        return process.error();
    }
    const auto pipe = pipe_facts();
    if (pipe.has_error()) {
        return pipe.error();
    }
    const Process& known = **process;
    if (const auto field = core::first_difference(*pipe, known.facts)) {
        return refusal("the pipe's token and that of process " + std::to_string(pid_) +
                           " differ in " + std::string{*field},
                       std::string{*field});
    }
    core::TokenFacts facts = known.facts;
    facts.administrator = pipe->administrator && known.facts.administrator;
    auto rights = open_rights(*pipe, facts.administrator);
    if (rights.has_error()) {
        return rights.error();
    }
    auto caller = core::make_caller(facts, known.key, known.program);
    caller.rights = std::move(*rights);
    return caller;
}

}  // namespace rmb::win
