#include "rpc/contents_handlers.hpp"

#include "proto/methods.hpp"
#include "rpc/answer_size.hpp"
#include "rpc/completions.hpp"
#include "rpc/ledger_view.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rmb::rpc {
namespace {

namespace method = proto::method;
using core::Code;
using core::Error;
using core::result;

core::ProcessKey to_core(const proto::ProcessId& process) {
    return {process.pid, process.start_time};
}

proto::ProcessId to_wire(const core::ProcessKey& process) {
    return {process.pid, process.start_time};
}

core::Resources to_core(const proto::RegisterParams& params) {
    core::Resources resources;
    resources.files = params.files.value_or(std::vector<std::string>{});
    resources.services = params.services.value_or(std::vector<std::string>{});
    if (params.processes) {
        std::ranges::transform(*params.processes, std::back_inserter(resources.processes),
                               [](const proto::ProcessId& process) { return to_core(process); });
    }
    return resources;
}

/// Bytes that a registration holds until it has had its turn.
std::uint64_t cost_of(const core::Resources& resources) {
    std::uint64_t cost = resources.processes.size() * sizeof(core::ProcessKey);
    for (const auto* texts : {&resources.files, &resources.services}) {
        for (const auto& text : *texts) {
            cost += sizeof(std::string) + text.size();
        }
    }
    return cost;
}

result<core::FilterTarget> to_core(const proto::FilterTargetInfo& target) {
    const int given = int{target.file.has_value()} + int{target.process.has_value()} +
                      int{target.service.has_value()};
    if (given != 1) {
        return Error{Code::bad_arguments,
                     "params.target: expected exactly one of file, process and service, got " +
                         std::to_string(given),
                     "params.target"};
    }
    if (target.file) {
        return core::FilterTarget{core::ModulePath{*target.file}};
    }
    if (target.process) {
        return core::FilterTarget{to_core(*target.process)};
    }
    return core::FilterTarget{core::ServiceName{*target.service}};
}

proto::FilterInfo to_wire(const core::Filter& filter) {
    proto::FilterInfo info{{}, static_cast<std::uint32_t>(filter.action)};
    if (const auto* module = std::get_if<core::ModulePath>(&filter.target)) {
        info.target.file = module->text;
    } else if (const auto* process = std::get_if<core::ProcessKey>(&filter.target)) {
        info.target.process = to_wire(*process);
    } else if (const auto* service = std::get_if<core::ServiceName>(&filter.target)) {
        info.target.service = service->text;
    }
    return info;
}

std::vector<proto::FilterInfo> to_wire(const std::vector<core::Filter>& filters) {
    std::vector<proto::FilterInfo> infos;
    std::ranges::transform(filters, std::back_inserter(infos),
                           [](const core::Filter& filter) { return to_wire(filter); });
    return infos;
}

void add_resources(proto::SessionDetails& details, AnswerSize& size,
                   const core::Resources& resources) {
    for (const auto& file : resources.files) {
        if (details.files.size() < kMaxShown && size.fits(file.size())) {
            details.files.push_back(file);
        }
    }
    for (const auto& service : resources.services) {
        if (details.services.size() < kMaxShown && size.fits(service.size())) {
            details.services.push_back(service);
        }
    }
    for (const auto& process : resources.processes) {
        if (details.processes.size() < kMaxShown && size.fits(0)) {
            details.processes.push_back(to_wire(process));
        }
    }
    details.file_count += static_cast<std::uint32_t>(resources.files.size());
}

result<proto::SessionDetails> show(core::Broker& broker, const core::Caller& caller,
                                   const std::string& hash) {
    const auto view = broker.contents_by_hash(caller, hash);
    if (!view) {
        return view.error();
    }
    proto::SessionDetails details;
    details.hash = view->hash.text;
    details.filters = to_wire(view->contents.filters);  // core bounds them
    AnswerSize size;
    if (const auto* ledger = broker.ledgers().find(details.hash);
        ledger != nullptr && size.fits(size_of(*ledger))) {
        details.ledger.push_back(rpc::to_wire(*ledger));
    }
    for (const auto& registered : view->contents.registered) {
        add_resources(details, size, registered->resources);
    }
    return details;
}

void register_resources(core::Broker& broker, core::Accounts& accounts,
                        const proto::RegisterParams& params, const Reply<proto::Empty>& reply) {
    const auto& caller = reply.call().caller();
    auto resources = to_core(params);
    // The frame's charge ends with its reading, and the session may be busy for longer.
    auto charged = accounts.charge_bytes(caller.owner.user, cost_of(resources));
    if (!charged) {
        return reply(charged.error());
    }
    broker.register_resources(caller, params.session, std::move(resources), params.token,
                              [reply, charge = std::make_shared<core::Charge>(std::move(*charged))](
                                  const result<void>& outcome) {
                                  (void)charge->resize(0);
                                  reply(to_empty(outcome));
                              });
}

void bind_filter_methods(Dispatcher& dispatcher, core::Broker& broker) {
    dispatcher.bind<method::FilterAdd>(
        [&broker](const proto::AddFilterParams& params, const Reply<proto::Empty>& reply) {
            const auto target = to_core(params.target);
            if (!target) {
                return reply(target.error());
            }
            broker.add_filter(reply.call().caller(), params.session,
                              {*target, static_cast<core::FilterAction>(params.action)},
                              params.token, empty_answer(reply));
        });
    dispatcher.bind<method::FilterRemove>(
        [&broker](const proto::RemoveFilterParams& params, const Reply<proto::Empty>& reply) {
            const auto target = to_core(params.target);
            if (!target) {
                return reply(target.error());
            }
            broker.remove_filter(reply.call().caller(), params.session, *target, params.token,
                                 empty_answer(reply));
        });
    dispatcher.bind<method::FilterList>([&broker](const proto::SessionParams& params,
                                                  const Reply<proto::FiltersResult>& reply) {
        broker.filters(
            reply.call().caller(), params.session,
            [reply](const result<std::vector<core::Filter>>& filters) {
                reply(filters
                          ? result<proto::FiltersResult>{proto::FiltersResult{to_wire(*filters)}}
                          : result<proto::FiltersResult>{filters.error()});
            });
    });
}

}  // namespace

void bind_contents_methods(Dispatcher& dispatcher, core::Broker& broker, core::Accounts& accounts) {
    dispatcher.bind<method::SessionRegister>(
        [&broker, &accounts](const proto::RegisterParams& params,
                             const Reply<proto::Empty>& reply) {
            register_resources(broker, accounts, params, reply);
        });
    dispatcher.bind<method::SessionCancel>(
        [&broker](const proto::SessionParams& params,
                  const core::Caller& caller) -> result<proto::Empty> {
            return to_empty(broker.cancel(caller, params.session));
        });
    dispatcher.bind<method::SessionShow>(
        [&broker](const proto::EndSessionParams& params,
                  const core::Caller& caller) -> result<proto::SessionDetails> {
            return show(broker, caller, params.hash);
        });
    bind_filter_methods(dispatcher, broker);
}

}  // namespace rmb::rpc
