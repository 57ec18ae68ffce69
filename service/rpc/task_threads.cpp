#include "rpc/task_threads.hpp"

#include <boost/asio/post.hpp>

#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace rmb::rpc {

namespace asio = boost::asio;
using core::Code;
using core::Error;

namespace {

core::Meter::OnRefusal audit_refusal(core::Audit& audit) {
    return [&audit](std::string_view limit, std::string_view user) {
        audit.record({.action = "limit",
                      .session = {},
                      .user = user,
                      .process = {},
                      .outcome = Code::not_enough_quota,
                      .detail = limit});
    };
}

}  // namespace

TaskThreads::TaskThreads(asio::io_context& loop, core::Audit& audit)
    : loop_(loop),
      user_threads_("tasksPerUser", Code::not_enough_quota, kThreadsPerUser, audit_refusal(audit)),
      all_threads_("tasksTotal", Code::not_enough_quota, kThreads, audit_refusal(audit)) {}

TaskThreads::~TaskThreads() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    answered_.notify_all();
    for (auto& [number, running] : running_) {
        running.thread.join();
    }
}

core::result<void> TaskThreads::run(const std::string& user, Work work, Done done) {
    auto of_user = user_threads_.take(user, 1);
    if (!of_user) {
        return of_user.error();
    }
    auto of_all = all_threads_.take({}, 1);
    if (!of_all) {
        return of_all.error();
    }
    const auto number = ++last_number_;
    auto& entry = running_[number];
    try {
        entry.thread = std::thread{[this, number, work = std::move(work)] {
            tell_loop([this, number, outcome = work()] { finished(number, outcome); });
        }};
    } catch (const std::system_error& failure) {
        running_.erase(number);
        return Error{Code::out_of_memory, std::string{"no thread for the task: "} + failure.what()};
    }
    entry.done = std::move(done);
    entry.of_user = std::move(*of_user);
    entry.of_all = std::move(*of_all);
    return {};
}

void TaskThreads::finished(std::uint64_t number, const Outcome& outcome) {
    const auto found = running_.find(number);
    found->second.thread.join();
    const auto done = std::move(found->second.done);
    running_.erase(found);
    done(outcome);
}

TaskThreads::Outcome TaskThreads::on_loop(Work call) {
    const auto answer = std::make_shared<std::optional<Outcome>>();
    tell_loop([this, answer, call = std::move(call)] {
        auto outcome = call();
        {
            const std::lock_guard lock{mutex_};
            *answer = std::move(outcome);
        }
        answered_.notify_all();
    });
    std::unique_lock lock{mutex_};
    answered_.wait(lock, [this, &answer] { return answer->has_value() || ending_; });
    return answer->value_or(Error{Code::cancelled, "the service is being stopped"});
}

void TaskThreads::tell_loop(std::function<void()> call) {
    asio::post(loop_, [alive = std::weak_ptr{alive_}, call = std::move(call)] {
        if (!alive.expired()) {
            call();
        }
    });
}

}  // namespace rmb::rpc
