#include "linux_lists.hpp"

#include "client/lib/caller.hpp"
#include "client/lib/local.hpp"
#include "file_tree.hpp"
#include "linux_process.hpp"
#include "proto/methods.hpp"

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace rmb::bench {
namespace {

/// Calls of one test host.
class Client {
public:
    explicit Client(const ServerProcess& broker)
        : dialer_{client::make_local_dialer(policy_for(broker), clock_)} {}

    template <class Method>
    typename Method::Result call(const typename Method::Params& params) {
        auto answer = caller_.call<Method>(params, {.total = proto::kListDeadline});
        if (!answer) {
            throw std::runtime_error{std::string{Method::kName} + ": " + answer.error().message};
        }
        return *std::move(answer);
    }

private:
    static client::Policy policy_for(const ServerProcess& broker) {
        auto policy = client::load_policy();
        policy.pipe_name = broker.path();
        return policy;
    }

    client::SystemClock clock_;
    const std::unique_ptr<client::Dialer> dialer_;
    client::Caller caller_{*dialer_, clock_};
};

/// A session about all files of a tree, the first of which this process holds.
class Session {
public:
    Session(Client& client, const FileTree& tree) : client_{client}, held_{tree.files().front()} {
        handle_ =
            client_.call<proto::method::SessionStart>({0, client::new_token().value()}).session;
        proto::RegisterParams params;
        params.session = handle_;
        params.files.emplace();
        for (const auto& file : tree.files()) {
            params.files->push_back(file.string());
        }
        params.token = client::new_token().value();
        (void)client_.call<proto::method::SessionRegister>(params);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// The session ends with the test host at the latest.
    ~Session() {
        try {
            (void)client_.call<proto::method::SessionEnd>({handle_, std::nullopt});
        } catch (const std::exception&) {
            return;
        }
    }

    void list() {
        if (client_.call<proto::method::SessionList>({handle_, std::nullopt}).processes.empty()) {
            throw std::runtime_error{"a list without the process that holds a file"};
        }
    }

private:
    Client& client_;
    std::ifstream held_;
    std::uint32_t handle_ = 0;
};

/// The floor of a list: every descriptor of every process, with one stat(2) each. How many there
/// were.
std::size_t walk_descriptors() {
    namespace fs = std::filesystem;
    std::size_t count = 0;
    std::error_code gone;  // a process may end, or a descriptor be closed, at any moment
    for (const auto& process : fs::directory_iterator{"/proc"}) {
        const auto name = process.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        const auto folder = process.path() / "fd";
        for (fs::directory_iterator at{folder, gone}; at != fs::end(at); at.increment(gone)) {
            struct stat facts {};
            count += stat(at->path().c_str(), &facts) == 0 ? 1U : 0U;
        }
    }
    return count;
}

void measure_memory(const FileTree& tree, Table& table) {
    const ServerProcess broker{"broker", broker_host()};
    Client client{broker};
    FileTree few{1};
    few.grow(kFewFiles);
    Session{client, few}.list();  // with what is allocated once
    constexpr double kKibibytes = 1'024;
    const auto before = broker.resident();
    Session session{client, tree};
    const auto name = std::to_string(tree.files().size()) + " files";
    table.push_back(
        {"memory of a session of " + name, (broker.resident() - before) / kKibibytes, "MiB"});
    session.list();
    table.push_back({"peak memory of a list of " + name + ", above idle",
                     (broker.peak_resident() - before) / kKibibytes, "MiB"});
}

}  // namespace

void measure_lists(const Options& options, Table& table) {
    const ServerProcess broker{"broker", broker_host()};
    Client client{broker};
    FileTree few{1};
    few.grow(kFewFiles);
    Session of_few{client, few};
    auto turns = options;
    turns.rounds = options.slow_rounds;
    turns.round_trips = 1;
    for_each_layout(options, table, [&](const FileTree& tree) {
        Session session{client, tree};
        session.list();  // the folders' entries come from the disk, once
        const auto times = compare(
            turns, [&] { session.list(); }, [&] { of_few.list(); });
        constexpr double kGoal = 3.0;
        constexpr double kGoalOfWalk = 2.0;
        table.push_back({list_label(tree.files().size(), tree.folders()) + " / 10 files, 1 folder",
                         times.subject / 1'000, "ms", times.reference / 1'000,
                         goal_of(tree, kGoal)});
        const auto walked = compare(
            turns, [&] { session.list(); }, [] { (void)walk_descriptors(); });
        table.push_back({list_label(tree.files().size(), tree.folders()) + " / bare walk",
                         walked.subject / 1'000, "ms", walked.reference / 1'000,
                         goal_of(tree, kGoalOfWalk)});
        if (tree.files().size() == options.most_files && tree.folders() == kGoalFolders) {
            measure_memory(tree, table);
        }
    });
}

}  // namespace rmb::bench
