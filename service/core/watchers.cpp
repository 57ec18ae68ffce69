#include "core/watchers.hpp"

#include <memory>
#include <utility>

namespace rmb::core {

std::string_view to_string(SessionChange change) {
    switch (change) {
        case SessionChange::started:
            return "started";
        case SessionChange::joined:
            return "joined";
        case SessionChange::left:
            return "left";
        case SessionChange::ended:
            return "ended";
    }
    return "unknown";
}

class Watchers::Place final : public Registration {
public:
    Place(Watchers& watchers, std::uint64_t number) : watchers_(watchers), number_(number) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() override {
        watchers_.watchers_.erase(number_);
    }

private:
    Watchers& watchers_;
    std::uint64_t number_;
};

RegistrationPtr Watchers::add(const Caller& caller, OnEvent on_event) {
    const auto number = ++last_number_;
    watchers_.emplace(number, Watcher{caller, std::move(on_event)});
    return std::make_unique<Place>(*this, number);
}

void Watchers::tell(const SessionEvent& event) const {
    // A watcher that is told may drop itself and others: its connection is closed when it does not
    // read. So nothing of the table is held across a call. Who comes during the round is not told.
    const auto last = last_number_;
    for (auto at = watchers_.begin(); at != watchers_.end() && at->first <= last;) {
        const auto number = at->first;
        if (may_see(at->second.caller, event.owner)) {
            const auto on_event = at->second.on_event;
            on_event(event);
        }
        at = watchers_.upper_bound(number);
    }
}

}  // namespace rmb::core
