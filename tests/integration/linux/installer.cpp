#include "installer.hpp"

#include "proto/framing.hpp"
#include "proto/message.hpp"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <variant>
#include <vector>

namespace rmb::test {
namespace {

using nlohmann::json;

void send_message(int control, const json& message) {
    const auto frame = proto::make_frame(proto::dump(message));
    for (std::string_view left = frame; !left.empty();) {
        const auto sent = send(control, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            throw std::runtime_error("an installer is gone");
        }
        left.remove_prefix(static_cast<std::size_t>(sent));
    }
}

/// nullopt when the other end is gone.
std::optional<json> receive_message(int control) {
    proto::FrameParser parser;
    std::array<char, 65'536> buffer{};
    for (;;) {
        const auto got = recv(control, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return std::nullopt;
        }
        std::string_view input{buffer.data(), static_cast<std::size_t>(got)};
        for (auto step = parser.next(input);
             !std::holds_alternative<proto::FrameParser::NeedMore>(step);
             step = parser.next(input)) {
            // One question is under way at a time, so nothing follows its frame.
            if (const auto* frame = std::get_if<proto::FrameParser::Frame>(&step)) {
                return json::parse(frame->body);
            }
        }
    }
}

void become_user(uid_t user) {
    if (user != 0 && (setgroups(0, nullptr) != 0 || setgid(user) != 0 || setuid(user) != 0)) {
        _exit(EXIT_FAILURE);
    }
    // Dropped by a change of user.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void allow_all_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// One connection that asks for a ping; whether it got one.
class HeldConnection {
public:
    HeldConnection(client::UnixDialer& dialer, client::SystemClock& clock)
        : deadline_(clock.now() + std::chrono::seconds{30}) {
        if (auto channel = dialer.dial(deadline_)) {
            connection_ = std::make_unique<client::Connection>(*std::move(channel), clock);
        }
    }
    bool ping() {
        if (!connection_) {
            return false;
        }
        constexpr client::Milliseconds kSilence{30'000};
        const auto answer = connection_->call("broker.ping", json::object(), {deadline_, kSilence});
        return answer && answer->outcome;
    }

private:
    client::TimePoint deadline_;
    std::unique_ptr<client::Connection> connection_;
};

}  // namespace

proto::Token new_token() {
    proto::Token token{};
    if (getrandom(token.data, token.size(), 0) != static_cast<ssize_t>(token.size())) {
        throw std::runtime_error("getrandom");
    }
    return token;
}

bool can_change_user() {
    return geteuid() == 0;
}

Installer::Installer(const std::string& socket, uid_t user) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw std::runtime_error("socketpair");
    }
    pid_ = fork();
    if (pid_ == 0) {
        control_ = ends[1];
        try {
            serve(socket, user);
        } catch (const std::exception& failure) {
            // Unwinding further would run the test's destructors in this process too.
            std::fprintf(stderr, "installer: %s\n", failure.what());
        }
        _exit(EXIT_FAILURE);
    }
    close(ends[1]);
    control_ = ends[0];
}

Installer::~Installer() {
    kill();
    reap();
    close(control_);
}

void Installer::kill() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        siginfo_t ended{};
        waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT);
    }
}

void Installer::reap() {
    if (pid_ > 0) {
        waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
}

void Installer::serve(const std::string& socket, uid_t user) const {
    allow_all_descriptors();
    become_user(user);
    client::SystemClock clock;
    client::UnixDialer dialer{socket, clock};
    client::Caller caller{dialer, clock};
    std::vector<std::unique_ptr<HeldConnection>> held;
    while (const auto question = receive_message(control_)) {
        if (question->contains("hold")) {
            std::size_t answered = 0;
            for (auto left = question->at("hold").get<std::size_t>(); left > 0; --left) {
                held.push_back(std::make_unique<HeldConnection>(dialer, clock));
                answered += held.back()->ping() ? 1U : 0U;
            }
            send_message(control_, answered);
            continue;
        }
        const auto outcome =
            caller.call_json(question->at("method").get<std::string>(), question->at("params"));
        send_message(control_, proto::to_json(proto::Response{proto::Id{}, outcome}));
    }
}

json Installer::ask(const json& question) {
    send_message(control_, question);
    auto answer = receive_message(control_);
    if (!answer) {
        throw std::runtime_error("an installer is gone");
    }
    return *std::move(answer);
}

proto::result<json> Installer::call_json(std::string_view method, const json& params) {
    const auto answer = ask({{"method", method}, {"params", params}});
    const auto incoming = proto::parse_message(answer.dump());
    return std::get<proto::Response>(incoming.messages.front()).outcome;
}

proto::result<std::uint32_t> Installer::join(const std::string& key) {
    const auto joined = call<proto::method::SessionJoin>({key, new_token()});
    if (!joined) {
        return joined.error();
    }
    return joined->session;
}

proto::Code Installer::end(std::uint32_t handle) {
    const auto ended = call<proto::method::SessionEnd>({handle, std::nullopt});
    return ended ? proto::Code::ok : ended.error().code;
}

std::size_t Installer::visible_sessions() {
    return call<proto::method::Sessions>().value().sessions.size();
}

std::size_t Installer::hold_connections(std::size_t count) {
    return ask({{"hold", count}}).get<std::size_t>();
}

}  // namespace rmb::test
