#include "bench.hpp"
#include "linux_lists.hpp"
#include "linux_process.hpp"
#include "proto/framing.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace rmb::bench {
namespace {

const std::string kPing = proto::make_frame(
    R"({"jsonrpc":"2.0","id":1,"method":"broker.ping","params":{"payload":"0123456789"}})");
constexpr int kOneProcessor = 0;
constexpr int kAllProcessors = -1;

/// The length of what one ping is answered with.
std::size_t answer_length(const ClientSocket& broker) {
    broker.send(kPing);
    return broker.receive_some().size();
}

void measure_ping(const Options& options, Table& table) {
    const ServerProcess broker{"broker", broker_host()};
    const ServerProcess echo{"echo", blocking_echo()};
    const ClientSocket to_broker{broker.path()};
    const ClientSocket to_echo{echo.path()};
    const auto answer = answer_length(to_broker);
    for (const int processor : {kOneProcessor, kAllProcessors}) {
        for (const pid_t process : {pid_t{0}, broker.pid(), echo.pid()}) {
            pin(process, processor);
        }
        const auto times = compare(
            options,
            [&] {
                to_broker.send(kPing);
                to_broker.receive(answer);
            },
            [&] {
                to_echo.send(kPing);
                to_echo.receive(kPing.size());
            });
        table.push_back({processor == kOneProcessor ? "broker.ping / AF_UNIX echo, one processor"
                                                    : "broker.ping / AF_UNIX echo, any processor",
                         times.subject, "us", times.reference, 1.5});
    }
}

/// Round trips in a second over so many connections, each with one request under way.
double throughput(const Options& options, const std::string& path, std::size_t connections,
                  std::size_t answer) {
    std::vector<ClientSocket> sockets;
    const int poller = epoll_create1(0);
    std::vector<std::size_t> missing(connections, answer);
    for (std::size_t n = 0; n < connections; ++n) {
        sockets.emplace_back(path);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = n;
        epoll_ctl(poller, EPOLL_CTL_ADD, sockets.back().get(), &event);
    }
    for (const auto& socket : sockets) {
        socket.send(kPing);
    }
    std::size_t answered = 0;
    std::array<epoll_event, 128> events{};
    const auto turn = [&] {
        const int count = epoll_wait(poller, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const auto n = events[static_cast<std::size_t>(i)].data.u64;
            missing[n] -= sockets[n].receive_some().size();
            if (missing[n] == 0) {
                ++answered;
                missing[n] = answer;
                sockets[n].send(kPing);
            }
        }
    };
    while (answered < 2 * connections) {
        turn();  // connections are identified at their first request
    }
    answered = 0;
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < begun + options.throughput_time) {
        turn();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    close(poller);
    return static_cast<double>(answered) / took.count();
}

void measure_throughput(const Options& options, Table& table) {
    constexpr std::array<std::size_t, 4> kConnections{1, 10, 100, 1'000};
    constexpr int kTurns = 3;
    const ServerProcess broker{"broker", broker_host()};
    const ServerProcess echo{"echo", epoll_echo()};
    const auto answer = answer_length(ClientSocket{broker.path()});
    for (const auto connections : kConnections) {
        std::vector<double> of_broker;
        std::vector<double> of_echo;
        for (int turn = 0; turn < kTurns; ++turn) {
            of_echo.push_back(throughput(options, echo.path(), connections, kPing.size()));
            of_broker.push_back(throughput(options, broker.path(), connections, answer));
        }
        table.push_back({"pings, " + std::to_string(connections) + " connections / epoll echo",
                         median(of_broker), "per s", median(of_echo)});
    }
}

std::string start_frame(std::size_t n) {
    auto digits = std::to_string(n);
    digits.insert(0, 12 - digits.size(), '0');
    return proto::make_frame(R"({"jsonrpc":"2.0","id":1,"method":"session.start","params":{)"
                             R"("flags":0,"token":"11111111-2222-4333-8444-)" +
                             digits + R"("}})");
}

void measure_connection_memory(const Options& options, Table& table) {
    const ServerProcess broker{"broker", broker_host()};
    const auto open = [&](std::size_t count) {
        std::vector<ClientSocket> sockets;
        for (std::size_t n = 0; n < count; ++n) {
            sockets.emplace_back(broker.path());
            (void)answer_length(sockets.back());
        }
        return sockets;
    };
    constexpr std::size_t kWarmUp = 100;
    const auto first = open(kWarmUp);  // with what is allocated once
    const auto before = broker.resident();
    const auto idle = open(options.memory_connections);
    table.push_back({"memory of an idle connection",
                     (broker.resident() - before) / static_cast<double>(idle.size()), "KiB",
                     std::nullopt, 32.0});
}

void measure_session_memory(const Options& options, Table& table) {
    const ServerProcess broker{"broker", broker_host()};
    const ClientSocket client{broker.path()};
    const auto start = [&](std::size_t first, std::size_t count) {
        for (std::size_t n = first; n < first + count; ++n) {
            client.send(start_frame(n));
            if (client.receive_some().find("\"result\"") == std::string::npos) {
                throw std::runtime_error("a session was refused");
            }
        }
    };
    constexpr std::size_t kWarmUp = 100;
    start(1, kWarmUp);
    const auto before = broker.resident();
    start(1 + kWarmUp, options.memory_sessions);
    table.push_back({"memory of a session",
                     (broker.resident() - before) / static_cast<double>(options.memory_sessions),
                     "KiB", std::nullopt, 4.0});
}

}  // namespace

Table run_all(const Options& options) {
    allow_all_descriptors();
    Table table;
    if (options.wants("calls")) {
        measure_ping(options, table);
        measure_throughput(options, table);
        measure_connection_memory(options, table);
        measure_session_memory(options, table);
    }
    if (options.wants("lists")) {
        measure_lists(options, table);
    }
    return table;
}

}  // namespace rmb::bench
