#include "rpc/ledger_view.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>

namespace rmb::rpc {
namespace {

proto::LedgerEntryInfo to_wire(const core::LedgerEntry& entry) {
    const auto& app = entry.app;
    return {app.process.pid,
            app.name,
            app.service,
            app.program,
            static_cast<std::uint32_t>(app.type),
            app.status,
            std::string{to_string(entry.stage)},
            entry.started.pid,
            entry.why};
}

std::size_t size_of(const core::LedgerEntry& entry) {
    constexpr std::size_t kRest = 200;
    return kRest + entry.app.name.size() + entry.app.service.size() + entry.app.program.size() +
           entry.why.size();
}

}  // namespace

proto::LedgerInfo to_wire(const core::Ledger& ledger) {
    proto::LedgerInfo info{
        ledger.session.text, ledger.owner.user,    ledger.owner.windows_session, ledger.begun_ms,
        ledger.is_orphan,    ledger.installer.pid, ledger.installer_program,     {}};
    std::ranges::transform(ledger.entries, std::back_inserter(info.entries),
                           [](const core::LedgerEntry& entry) { return to_wire(entry); });
    return info;
}

std::size_t size_of(const core::Ledger& ledger) {
    constexpr std::size_t kRest = 300;
    return std::transform_reduce(ledger.entries.begin(), ledger.entries.end(),
                                 kRest + ledger.installer_program.size(), std::plus<>{},
                                 [](const core::LedgerEntry& entry) { return size_of(entry); });
}

std::string counts_of(const core::Ledger& ledger) {
    std::map<core::Stage, std::size_t> counts;
    for (const auto& entry : ledger.entries) {
        ++counts[entry.stage];
    }
    std::string text;
    for (const auto& [stage, count] : counts) {
        text +=
            (text.empty() ? "" : ",") + std::string{to_string(stage)} + ":" + std::to_string(count);
    }
    return text;
}

}  // namespace rmb::rpc
