#include "engine/affected_parts.hpp"

#include <map>
#include <unordered_set>
#include <utility>

namespace rmb::engine {
namespace {

namespace status = core::app_status;
using core::LedgerEntry;
using core::Stage;

/// What Restart Manager has done, apart from what is so now.
constexpr std::uint32_t kHistory = status::kStopped | status::kStoppedOther | status::kRestarted |
                                   status::kErrorOnStop | status::kErrorOnRestart;

std::uint32_t history_of(const LedgerEntry& entry) {
    const auto written = entry.app.status;
    switch (entry.stage) {
        case Stage::stopped:
        case Stage::created:
            return written | status::kStopped;
        case Stage::restarted:
            return written | status::kStopped | status::kRestarted;
        case Stage::failed:
            return written | status::kStopped | status::kErrorOnRestart;
        case Stage::stopping:
        case Stage::left:
            break;
    }
    return written;
}

/// As core::same_application() tells them apart.
using Key = std::pair<core::ProcessKey, std::string>;

Key key_of(const core::Application& app) {
    return {app.service.empty() ? app.process : core::ProcessKey{}, app.service};
}

class History {
public:
    History(System& system, std::span<const ServiceFacts> services,
            std::vector<Affected>& applications)
        : system_(system), applications_(applications) {
        for (const auto& service : services) {
            if (service.is_running) {
                running_.insert(service.name);
            }
        }
        for (std::size_t place = 0; place < applications_.size(); ++place) {
            places_[key_of(applications_[place].app)] = place;
        }
    }

    void add(const LedgerEntry& entry) {
        const auto history = history_of(entry);
        const auto key = key_of(entry.app);
        if (const auto found = places_.find(key); found != places_.end()) {
            applications_[found->second].app.status |= history & kHistory;
            return;
        }
        Affected past;
        past.app = entry.app;
        past.app.status = history & kHistory;
        past.why = entry.why;
        if ((history & status::kStopped) == 0) {
            if (!has_ended(entry.app)) {
                return;  // it has nothing to do with the session any more
            }
            // As reconcile() has it: what ends after it was told has been stopped.
            past.app.status |=
                entry.stage == Stage::stopping ? status::kStopped : status::kStoppedOther;
        }
        places_[key] = applications_.size();
        applications_.push_back(std::move(past));
    }

private:
    [[nodiscard]] bool has_ended(const core::Application& app) const {
        if (!app.service.empty()) {
            return !running_.contains(app.service);
        }
        const auto details = system_.details_of(app.process);
        return !details && details.error().code == Code::file_not_found;
    }

    System& system_;
    std::vector<Affected>& applications_;
    std::unordered_set<std::string> running_;
    std::map<Key, std::size_t> places_;
};

}  // namespace

result<void> add_history(const Inquiry& inquiry, std::span<const ServiceFacts> services,
                         std::vector<Affected>& applications) {
    if (!inquiry.request.ledger) {
        return {};
    }
    History history{inquiry.machine.system, services, applications};
    for (const auto& entry : inquiry.request.ledger->entries) {
        if (inquiry.stop.stop_requested()) {
            return cancelled();
        }
        history.add(entry);
    }
    return {};
}

}  // namespace rmb::engine
