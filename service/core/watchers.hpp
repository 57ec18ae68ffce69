#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"
#include "proto/identifiers.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>

namespace rmb::core {

enum class SessionChange { started, joined, left, ended };
[[nodiscard]] std::string_view to_string(SessionChange change);

struct SessionEvent {
    SessionChange change = SessionChange::started;
    proto::KeyHash hash;
    UserSession owner;
    ProcessKey process;  // whose call or end it was
};

/// Who is told of the changes of sessions.
class Watchers {
public:
    using OnEvent = std::function<void(const SessionEvent&)>;

    /// Tells `on_event` what `caller` may see, while the result lives, which must not outlive this.
    [[nodiscard]] RegistrationPtr add(const Caller& caller, OnEvent on_event);

    void tell(const SessionEvent& event) const;

private:
    class Place;
    struct Watcher {
        Caller caller;
        OnEvent on_event;
    };

    std::map<std::uint64_t, Watcher> watchers_;
    std::uint64_t last_number_ = 0;
};

}  // namespace rmb::core
