#include "client/lib/restart_manager.hpp"

#include "client/lib/abi_codes.hpp"
#include "proto/methods.hpp"

#include <mutex>
#include <new>
#include <utility>

namespace rmb::client {
namespace {

using proto::Code;

/// Gives a start up unless its session reached the caller: whatever it made is to be ended.
class StartGuard {
public:
    StartGuard(Caller& caller, const proto::Token& token) : caller_(caller), token_(token) {}
    StartGuard(const StartGuard&) = delete;
    StartGuard& operator=(const StartGuard&) = delete;
    ~StartGuard() {
        if (armed_) {
            caller_.abandon_start(token_);
        }
    }
    void dismiss() {
        armed_ = false;
    }

private:
    Caller& caller_;
    proto::Token token_;
    bool armed_ = true;
};

}  // namespace

RestartManager::RestartManager(Caller& caller, MakeToken make_token)
    : caller_(caller), make_token_(make_token) {}

RestartManager::Started RestartManager::start(std::uint32_t flags) {
    if (flags != 0) {
        return {Code::bad_arguments, {}};
    }
    const auto token = make_token_();
    if (!token) {
        return {Code::write_fault, {}};
    }
    StartGuard guard{caller_, *token};
    CallReport report;
    CallOptions options;
    options.report = &report;
    auto answer = caller_.call<proto::method::SessionStart>({flags, *token}, options);
    if (!answer) {
        const auto code = answer.error().code;
        const bool nothing_was_made = report.answered ? code > Code::ok : report.sent == 0;
        if (nothing_was_made) {
            guard.dismiss();
        }
        return {abi_code(Function::start_session, code), {}};
    }
    if (!proto::parse_key(answer->key)) {
        return {Code::write_fault, {}};
    }
    remember(answer->session);
    guard.dismiss();
    return {Code::ok, {answer->session, std::move(answer->key)}};
}

RestartManager::Joined RestartManager::join(const std::string& key) {
    if (!proto::parse_key(key)) {
        return {Code::session_credential_conflict, 0};
    }
    const auto token = make_token_();
    if (!token) {
        return {Code::write_fault, 0};
    }
    const auto answer = caller_.call<proto::method::SessionJoin>({key, *token});
    if (!answer) {
        return {abi_code(Function::join_session, answer.error().code), 0};
    }
    remember(answer->session);
    return {Code::ok, answer->session};
}

Code RestartManager::end(std::uint32_t handle) {
    CallReport report;
    CallOptions options;
    options.report = &report;
    const auto answer = caller_.call<proto::method::SessionEnd>({handle, std::nullopt}, options);
    if (answer) {
        return ended(handle);
    }
    const auto code = answer.error().code;
    if (report.answered && code == Code::invalid_handle) {
        return not_found(handle, report.sent > 1);
    }
    return abi_code(Function::end_session, code);
}

void RestartManager::remember(std::uint32_t handle) {
    const std::lock_guard guard{lock_};
    try {
        handles_.insert_or_assign(handle, Handle::open);
    } catch (const std::bad_alloc&) {
        // The session is good. Only a lost end of it would be reported as 6 when repeated.
        handles_.erase(handle);
    }
}

Code RestartManager::ended(std::uint32_t handle) {
    const std::lock_guard guard{lock_};
    const auto known = handles_.find(handle);
    if (known == handles_.end()) {
        return Code::ok;
    }
    const bool was_reported = known->second == Handle::presumed_ended;
    handles_.erase(known);
    return was_reported ? Code::invalid_handle : Code::ok;
}

Code RestartManager::not_found(std::uint32_t handle, bool repeated) {
    const std::lock_guard guard{lock_};
    const auto known = handles_.find(handle);
    if (!repeated || known == handles_.end() || known->second != Handle::open) {
        return Code::invalid_handle;
    }
    known->second = Handle::presumed_ended;
    return Code::ok;
}

}  // namespace rmb::client
