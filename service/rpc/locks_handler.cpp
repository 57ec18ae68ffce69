#include "rpc/locks_handler.hpp"

#include "engine/locks.hpp"
#include "proto/limits.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <numeric>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace rmb::rpc {
namespace {

using core::Code;
using core::Error;
using core::result;

constexpr std::size_t kMaxUnseen = 500;

std::optional<Error> check(const proto::LocksParams& params) {
    if (params.paths.empty() || params.paths.size() > proto::kMaxLocksPaths) {
        return Error{Code::invalid_params,
                     "params.paths: expected 1 to " + std::to_string(proto::kMaxLocksPaths) +
                         " paths, got " + std::to_string(params.paths.size()),
                     "params.paths"};
    }
    return std::nullopt;
}

/// Bytes that a query holds until it is done.
std::uint64_t cost_of(const proto::LocksParams& params) {
    constexpr std::uint64_t kQuery = 4'096;
    return std::accumulate(params.paths.begin(), params.paths.end(), kQuery,
                           [](std::uint64_t sum, const std::string& path) {
                               return sum + sizeof(std::string) + path.size();
                           });
}

proto::HolderInfo to_wire(const engine::Holder& holder) {
    return {holder.process.key.pid,
            holder.process.key.start_time,
            holder.process.program,
            holder.process.user,
            holder.process.windows_session,
            holder.file,
            std::string{to_string(holder.how)},
            holder.access};
}

proto::PathLocksInfo to_wire(const engine::PathLocks& row) {
    proto::PathLocksInfo info;
    info.path = row.path;
    if (row.error) {
        info.error =
            proto::PartError{static_cast<std::uint32_t>(row.error->code), row.error->message};
    }
    std::ranges::transform(row.holders, std::back_inserter(info.holders),
                           [](const engine::Holder& holder) { return to_wire(holder); });
    info.hidden = static_cast<std::uint32_t>(row.hidden);
    return info;
}

/// About what a holder takes on the wire.
std::size_t size_of(const engine::Holder& holder) {
    constexpr std::size_t kRest = 200;
    return kRest + holder.process.program.size() + holder.process.user.size() + holder.file.size();
}

bool fits(const engine::Locks& locks) {
    std::size_t holders = 0;
    std::size_t bytes = 0;
    for (const auto& row : locks.paths) {
        holders += row.holders.size();
        bytes = std::transform_reduce(row.holders.begin(), row.holders.end(), bytes, std::plus<>{},
                                      size_of);
    }
    return holders <= kMaxHolders && bytes <= kMaxHolderBytes;
}

result<proto::LocksResult> to_wire(const engine::Locks& locks, bool administrator) {
    if (!fits(locks)) {
        return Error{Code::not_enough_quota,
                     "more holders than one answer can have: expected at most " +
                         std::to_string(kMaxHolders) + "; ask for fewer paths",
                     "params.paths"};
    }
    proto::LocksResult answer;
    std::ranges::transform(locks.paths, std::back_inserter(answer.paths),
                           [](const engine::PathLocks& row) { return to_wire(row); });
    const auto add = [&answer](const std::vector<engine::Unseen>& unseen) {
        const auto shown = std::min(unseen.size(), kMaxUnseen);
        std::transform(unseen.begin(), unseen.begin() + static_cast<std::ptrdiff_t>(shown),
                       std::back_inserter(answer.unseen), [](const engine::Unseen& each) {
                           return proto::UnseenInfo{each.what, each.why};
                       });
        if (shown < unseen.size()) {
            answer.unseen.push_back({std::to_string(unseen.size() - shown) + " more", {}});
        }
    };
    add(locks.unlisted);
    if (administrator) {
        add(locks.unseen);
    }
    return answer;
}

}  // namespace

void bind_locks_method(Dispatcher& dispatcher, core::Accounts& accounts, WorkPool& pool,
                       engine::System& system) {
    dispatcher.bind<proto::method::Locks>(
        [&accounts, &pool, &system](const proto::LocksParams& params,
                                    const Reply<proto::LocksResult>& reply) {
            if (auto refusal = check(params)) {
                return reply(*refusal);
            }
            const auto& caller = reply.call().caller();
            // Queries that were given up still wait for their turn.
            auto charged = accounts.charge_bytes(caller.owner.user, cost_of(params));
            if (!charged) {
                return reply(charged.error());
            }
            const auto charge = std::make_shared<core::Charge>(std::move(*charged));
            const auto stop = std::make_shared<std::stop_source>();
            // Answered at once; what runs notices at its next step. Nobody else waits for it.
            reply.call().on_stop([stop, reply](StopReason /*reason*/) {
                stop->request_stop();
                reply(Error{Code::cancelled, "the query was cancelled"});
            });
            pool.run(
                caller.owner.user,
                [&system, stop,
                 query = engine::LocksQuery{params.paths, params.recursive.value_or(false),
                                            caller.rights}] {
                    return engine::query_locks(system, query, stop->get_token());
                },
                [reply, charge,
                 administrator = caller.administrator](const result<engine::Locks>& locks) {
                    reply(locks ? to_wire(*locks, administrator)
                                : result<proto::LocksResult>{locks.error()});
                });
        });
}

}  // namespace rmb::rpc
