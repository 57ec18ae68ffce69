// sessions, end, watch.
#include "client/ctl/commands.hpp"
#include "client/ctl/platform.hpp"
#include "client/ctl/sessions_view.hpp"
#include "client/ctl/text.hpp"
#include "proto/codec.hpp"
#include "proto/message.hpp"
#include "proto/methods.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace rmb::ctl {
namespace {

namespace method = proto::method;

/// Asking for one can take a domain controller's time.
void look_up(const std::string& sid, AccountNames& names) {
    if (names.contains(sid)) {
        return;
    }
    if (auto name = account_name(sid)) {
        names.emplace(sid, *std::move(name));
    }
}

/// Thrown out of the call that is to end: broker.watch itself runs for ever.
struct EnoughEvents {};

class EventPrinter {
public:
    explicit EventPrinter(const Environment& environment)
        : output_(environment.output()), left_(environment.options().events) {}

    void take(const nlohmann::json& progress) {
        const auto note = proto::decode<Progress>(progress, "params");
        if (!note) {
            return;  // of a kind that this version does not know
        }
        print(note->value, progress["value"]);
        if (left_ && --*left_ == 0) {
            throw EnoughEvents{};
        }
    }

private:
    struct Progress {
        proto::WatchEvent value;

        template <class Self, class Visit>
        static void fields(Self& self, Visit&& visit) {
            visit("value", self.value, "");
        }
    };

    void print(const proto::WatchEvent& event, const nlohmann::json& document) {
        if (output_.is_json()) {
            output_.print(proto::dump(document) + "\n");
            return;
        }
        look_up(event.user, names_);
        output_.print(event_text(event, names_, time_of_day()) + "\n");
    }

    const Output& output_;
    std::optional<std::uint32_t> left_;
    AccountNames names_;
};

}  // namespace

ExitCode run_sessions(Environment& environment) {
    const auto result = environment.call<method::Sessions>({});
    if (!result) {
        return environment.output().fail(result.error());
    }
    AccountNames names;
    for (const auto& session : result->sessions) {
        look_up(session.user, names);
    }
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    environment.output().result(sessions_json(*result, names),
                                [&] { return sessions_text(*result, names, now); });
    return ExitCode::ok;
}

ExitCode run_end(Environment& environment) {
    const auto& hash = environment.options().hash;
    const auto ended = environment.call<method::EndSession>({hash});
    if (!ended) {
        return environment.output().fail(ended.error());
    }
    environment.output().result(proto::write(*ended),
                                [&] { return "Session " + printable(hash) + " has ended.\n"; });
    return ExitCode::ok;
}

ExitCode run_watch(Environment& environment) {
    const auto& output = environment.output();
    // Who reads the note may act: so it comes when the service has been found.
    if (const auto there = environment.call<method::Ping>({}); !there) {
        return output.fail(there.error());
    }
    if (!output.is_json()) {
        output.note("watching; Ctrl-C ends");
    }
    EventPrinter printer{environment};
    client::CallOptions options;
    options.total = client::CallOptions::kEndless;
    options.on_progress = [&](const nlohmann::json& progress) { printer.take(progress); };
    try {
        const auto ended = environment.call<method::Watch>({"rmbctl"}, options);
        return ended ? ExitCode::ok : output.fail(ended.error());
    } catch (const EnoughEvents&) {
        return ExitCode::ok;
    }
}

}  // namespace rmb::ctl
