#include "rpc/list_handler.hpp"

#include "rpc/answer_size.hpp"
#include "rpc/session_tasks.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace rmb::rpc {
namespace {

using core::Code;
using core::Error;
using core::result;

/// One call on its way.
struct Listing {
    Reply<proto::ListResult> reply;
    bool with_files;
    core::Charge charge;
    std::stop_source stop;
    std::optional<core::CallQueue::Turn> turn;

    /// Answered at once; what runs notices at its next step, and the session is free then.
    void cancel() {
        stop.request_stop();
        reply(Error{Code::cancelled, "the list was cancelled"});
    }
};

proto::ApplicationInfo to_wire(const engine::Affected& affected, bool with_files) {
    const auto& app = affected.app;
    proto::ApplicationInfo info;
    info.pid = app.process.pid;
    info.start_time = app.process.start_time;
    info.name = app.name;
    info.service = app.service;
    info.type = static_cast<std::uint32_t>(app.type);
    info.status = app.status;
    info.windows_session = app.windows_session;
    info.restartable = app.is_restartable;
    info.reasons = affected.reasons;
    info.why = affected.why;
    if (with_files) {
        info.program = app.program;
        std::ranges::transform(
            affected.files, std::back_inserter(info.files), [](const engine::HeldFile& held) {
                return proto::HeldFileInfo{held.file, std::string{to_string(held.how)}};
            });
    }
    return info;
}

/// About what it takes on the wire.
std::size_t size_of(const proto::ApplicationInfo& info) {
    constexpr std::size_t kRest = 250;
    constexpr std::size_t kRestOfFile = 50;
    auto size =
        kRest + info.name.size() + info.service.size() + info.why.size() + info.program.size();
    for (const auto& held : info.files) {
        size += kRestOfFile + held.file.size();
    }
    return size;
}

result<proto::ListResult> to_wire(const engine::AffectedList& list, bool with_files) {
    proto::ListResult answer;
    AnswerSize size;
    for (const auto& affected : list.applications) {
        auto info = to_wire(affected, with_files);
        if (!size.fits(size_of(info))) {
            return Error{Code::not_enough_quota,
                         "more applications than one answer can have" +
                             std::string{with_files ? "; ask without their files" : ""},
                         with_files ? "params.files" : ""};
        }
        answer.processes.push_back(std::move(info));
    }
    answer.reboot_reasons = list.reasons;
    answer.hidden = static_cast<std::uint32_t>(list.hidden);
    return answer;
}

}  // namespace

void bind_list_method(Dispatcher& dispatcher, core::Broker& broker, core::Accounts& accounts,
                      WorkPool& pool, const engine::Machine& machine) {
    const auto run = [&broker, &pool, machine](const std::shared_ptr<Listing>& listing,
                                               core::Task task) {
        listing->turn.emplace(std::move(task.turn));
        listing->turn->on_cancel([weak = std::weak_ptr{listing}] {
            if (const auto running = weak.lock()) {
                running->cancel();
            }
        });
        const auto& caller = listing->reply.call().caller();
        engine::TaskRequest request{std::move(task.contents), caller, std::nullopt};
        if (const auto* ledger = broker.ledgers().find(task.session.text)) {
            request.ledger = *ledger;
        }
        pool.run(
            caller.owner.user,
            [machine, request = std::move(request), stop = listing->stop.get_token()] {
                return engine::find_affected(machine, request, stop);
            },
            [listing](const result<engine::AffectedList>& list) {
                listing->reply(list ? to_wire(*list, listing->with_files)
                                    : result<proto::ListResult>{list.error()});
                listing->turn.reset();
            });
    };
    dispatcher.bind<proto::method::SessionList>(
        [&broker, &accounts, run](const proto::ListParams& params,
                                  const Reply<proto::ListResult>& reply) {
            const auto& caller = reply.call().caller();
            // As of a task: one that was given up may still wait for its turn.
            auto charged = accounts.charge_bytes(caller.owner.user, kTaskCost);
            if (!charged) {
                return reply(charged.error());
            }
            const auto listing = std::make_shared<Listing>(
                Listing{reply, params.files.value_or(false), std::move(*charged), {}, {}});
            reply.call().on_stop([listing](StopReason /*reason*/) { listing->cancel(); });
            broker.begin_task(caller, params.session, [listing, run](result<core::Task> task) {
                if (!task) {
                    listing->reply(task.error());
                } else if (!listing->stop.stop_requested()) {
                    run(listing, std::move(*task));
                }
            });
        });
}

}  // namespace rmb::rpc
