#include "windows/helper/helper_directory.hpp"

#include "windows/caller_rights.hpp"
#include "windows/helper/helper_process.hpp"
#include "windows/helper/remote_agent.hpp"
#include "windows/system/nt_api.hpp"
#include "windows/system/process_handle.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace rmb::win {

struct HelperDirectory::Key {
    std::uint32_t windows_session = 0;
    /// With the session's own token, which the system hands out, not a caller's copy.
    bool is_starting = false;
    core::TokenFacts token;

    bool operator==(const Key&) const = default;
};

/// Agents that nobody uses at this moment.
class HelperDirectory::Pool {
public:
    /// Null where there is none. Those that have ended meanwhile are forgotten.
    std::unique_ptr<RemoteAgent> take(const Key& key) {
        std::vector<Idle> ended;  // dropped after the lock: their end takes a moment
        const std::lock_guard lock{mutex_};
        const auto first_ended = std::partition(
            idle_.begin(), idle_.end(), [](const Idle& idle) { return idle.agent->is_reusable(); });
        std::move(first_ended, idle_.end(), std::back_inserter(ended));
        idle_.erase(first_ended, idle_.end());
        const auto found = std::ranges::find(idle_, key, &Idle::key);
        if (found == idle_.end()) {
            return nullptr;
        }
        auto agent = std::move(found->agent);
        idle_.erase(found);
        return agent;
    }

    void put_back(const Key& key, std::unique_ptr<RemoteAgent> agent) {
        if (agent->is_reusable()) {
            const std::lock_guard lock{mutex_};
            idle_.push_back({key, std::move(agent)});
        }
    }

private:
    struct Idle {
        Key key;
        std::unique_ptr<RemoteAgent> agent;
    };

    std::mutex mutex_;
    std::vector<Idle> idle_;
};

HelperDirectory::HelperDirectory(SessionTokens& tokens, StartHelper start_helper)
    : tokens_{tokens}, start_helper_{std::move(start_helper)}, pool_{std::make_shared<Pool>()} {}

HelperDirectory::HelperDirectory(OwnHelpers& helpers)
    : HelperDirectory{system_session_tokens(),
                      [&helpers](HANDLE token) { return start_helper(token, helpers); }} {}

result<std::shared_ptr<engine::SessionAgent>> HelperDirectory::hand_out(
    std::uint32_t windows_session, bool is_starting, const MakeToken& make_token) {
    auto token = make_token();
    if (token.has_error()) {
        return token.error();
    }
    Key key{windows_session, is_starting, std::move(token->facts)};
    auto agent = pool_->take(key);
    if (!agent) {
        // The rules are asked anew for each helper: the user may have logged off since.
        agent = std::make_unique<RemoteAgent>(
            [make_token, start = start_helper_,
             facts = key.token]() -> result<std::unique_ptr<HelperLink>> {
                const auto made = make_token();
                if (made.has_error()) {
                    return made.error();
                }
                if (made->facts != facts) {
                    return Error{Code::not_ready, "the user has logged on anew since"};
                }
                return start(made->primary.get());
            });
    }
    if (auto started = agent->start(); started.has_error()) {
        return started.error();
    }
    auto* lent = agent.release();
    return std::shared_ptr<engine::SessionAgent>{
        lent, [pool = pool_, key = std::move(key)](RemoteAgent* returned) {
            pool->put_back(key, std::unique_ptr<RemoteAgent>{returned});
        }};
}

result<std::shared_ptr<engine::SessionAgent>> HelperDirectory::acting(
    std::uint32_t windows_session, const std::shared_ptr<const core::Rights>& rights) {
    const auto caller = std::dynamic_pointer_cast<const CallerRights>(rights);
    if (!caller) {
        return Error{Code::access_denied, "nothing may be done in the caller's name"};
    }
    return hand_out(windows_session, false, [this_tokens = &tokens_, windows_session, caller] {
        return acting_token(*this_tokens, windows_session, caller->token());
    });
}

result<std::shared_ptr<engine::SessionAgent>> HelperDirectory::starting(
    std::uint32_t windows_session, const std::string& user) {
    return hand_out(windows_session, true, [this_tokens = &tokens_, windows_session, user] {
        return starting_token(*this_tokens, windows_session, user);
    });
}

bool HelperDirectory::resume(const core::ProcessKey& process) {
    const auto opened = open_running(process, PROCESS_SUSPEND_RESUME);
    return opened.has_value() && nt::resume_process(opened->get()) >= 0;
}

}  // namespace rmb::win
