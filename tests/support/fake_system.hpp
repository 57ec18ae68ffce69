#pragma once

#include "core/rights.hpp"
#include "engine/system.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::test {

/// Rights that are only counted. One thread.
class FakeRights final : public core::Rights {
public:
    core::result<core::RegistrationPtr> assume() const override {
        if (times_++ >= refuse_after) {
            return core::Error{core::Code::access_denied, "the system does not let anybody act"};
        }
        deepest_ = std::max(deepest_, ++depth_);
        acts_ = 0;
        return core::RegistrationPtr{std::make_unique<Assumed>(*this)};
    }

    [[nodiscard]] bool is_assumed() const {
        return depth_ > 0;
    }
    /// How often they were asked for.
    [[nodiscard]] std::size_t times() const {
        return times_;
    }
    /// 1 where they were never nested.
    [[nodiscard]] std::size_t deepest() const {
        return deepest_;
    }
    /// The most that was done under them before they were dropped.
    [[nodiscard]] std::size_t most_acts() const {
        return most_acts_;
    }
    /// Something is done, in the caller's name or not.
    void note_act() const {
        if (is_assumed()) {
            most_acts_ = std::max(most_acts_, ++acts_);
        }
    }

    /// So many times they are lent, then refused.
    std::size_t refuse_after = SIZE_MAX;

private:
    class Assumed final : public core::Registration {
    public:
        explicit Assumed(const FakeRights& rights) : rights_(rights) {}
        Assumed(const Assumed&) = delete;
        Assumed& operator=(const Assumed&) = delete;
        ~Assumed() override {
            --rights_.depth_;
        }

    private:
        const FakeRights& rights_;
    };

    mutable std::size_t times_ = 0;
    mutable std::size_t depth_ = 0;
    mutable std::size_t deepest_ = 0;
    mutable std::size_t acts_ = 0;
    mutable std::size_t most_acts_ = 0;
};

/// A machine made of folders, files, links and processes. Paths are absolute, with slashes. What
/// is called is written down, with whether the caller's rights were assumed.
class FakeSystem final : public engine::System {
public:
    struct Node {
        engine::FileId file;
        bool is_folder = false;
        std::string target = {};  // of a link: a full path
    };
    enum class Op { identify, enumerate, look, may_query };
    struct Call {
        Op op;
        std::string what;  // the path; "pid@start time"; empty for look
        bool assumed;

        bool operator==(const Call&) const = default;
    };

    explicit FakeSystem(std::shared_ptr<const FakeRights> rights) : rights_(std::move(rights)) {
        nodes_[""] = {new_file(), true};
    }

    /// The folders above are made where they are not there yet.
    engine::FileId folder(const std::string& path) {
        return add(path, {new_file(), true});
    }
    engine::FileId file(const std::string& path) {
        return add(path, {new_file(), false});
    }
    /// One more name of a file.
    engine::FileId hard_link(const std::string& path, const std::string& to) {
        return add(path, {nodes_.at(to).file, false});
    }
    /// A symbolic link or junction; the entry's own id differs from what it leads to.
    engine::FileId link(const std::string& path, const std::string& target) {
        const bool leads_to_folder = nodes_.contains(target) && nodes_.at(target).is_folder;
        return add(path, {new_file(), leads_to_folder, target});
    }
    /// As a folder may show an entry that is renamed while the folder is listed.
    void show_twice(const std::string& path) {
        const auto slash = path.rfind('/');
        names_.at(path.substr(0, slash)).push_back(path.substr(slash + 1));
    }
    [[nodiscard]] engine::FileId id(const std::string& path) const {
        return nodes_.at(path).file;
    }
    /// By path, the root as "".
    [[nodiscard]] const std::map<std::string, Node>& nodes() const {
        return nodes_;
    }

    /// A process starts; its place in the snapshot.
    std::size_t run(std::uint32_t pid, std::uint64_t start_time = 1'000) {
        snapshot.processes.push_back(
            {{pid, start_time}, "/bin/" + std::to_string(pid), "S-1-5-21-1-2-3-1001", 1});
        return snapshot.processes.size() - 1;
    }
    void hold(std::size_t process, const engine::FileId& file,
              engine::HoldKind how = engine::HoldKind::handle, std::uint32_t access = 0) {
        snapshot.holdings.push_back({process, file, how, access});
    }
    void hold(std::size_t process, const std::string& path,
              engine::HoldKind how = engine::HoldKind::handle, std::uint32_t access = 0) {
        hold(process, id(path), how, access);
    }

    [[nodiscard]] std::size_t count(Op op) const {
        return static_cast<std::size_t>(std::ranges::count(calls, op, &Call::op));
    }
    /// Where a path leads: links on the way and at its end followed.
    [[nodiscard]] core::result<std::string> resolve(const std::string& path) const {
        std::string at;
        for (std::size_t begin = 1; begin <= path.size();) {
            const auto end = std::min(path.find('/', begin), path.size());
            at += '/' + path.substr(begin, end - begin);
            begin = end + 1;
            for (int links = 0; nodes_.contains(at) && !nodes_.at(at).target.empty(); ++links) {
                if (links == 32) {
                    return core::Error{core::Code::access_denied, "links in a circle: " + path};
                }
                at = nodes_.at(at).target;
            }
            if (!nodes_.contains(at)) {
                return core::Error{core::Code::file_not_found, "no such file: " + path};
            }
        }
        return at;
    }

    core::result<engine::FileFacts> identify(const std::string& path) override {
        note(Op::identify, path);
        if (!path.starts_with('/')) {
            return core::Error{core::Code::bad_arguments, "not a full path: " + path};
        }
        if (const auto found = refused_identify.find(path); found != refused_identify.end()) {
            return found->second;
        }
        const auto resolved = resolve(path);
        if (!resolved) {
            return resolved.error();
        }
        const auto& node = nodes_.at(*resolved);
        return engine::FileFacts{node.file, node.is_folder};
    }

    core::result<std::vector<engine::FolderEntry>> enumerate(const std::string& folder) override {
        note(Op::enumerate, folder);
        if (const auto found = refused_enumerate.find(folder); found != refused_enumerate.end()) {
            return found->second;
        }
        const auto resolved = resolve(folder);
        if (!resolved) {
            return resolved.error();
        }
        std::vector<engine::FolderEntry> entries;
        if (const auto found = names_.find(*resolved); found != names_.end()) {
            for (const auto& name : found->second) {
                const auto& node = nodes_.at(*resolved + '/' + name);
                entries.push_back({name, {}, node.file, node.is_folder, !node.target.empty()});
            }
        }
        return entries;
    }

    [[nodiscard]] std::string join(const std::string& folder,
                                   const std::string& name) const override {
        return folder + '/' + name;
    }

    core::result<engine::Snapshot> look(std::stop_token stop) override {
        note(Op::look, {});
        if (stop.stop_requested()) {
            return core::Error{core::Code::cancelled, "stopped while looking"};
        }
        if (refused_look) {
            return *refused_look;
        }
        return snapshot;
    }

    bool may_query(const core::ProcessKey& process) override {
        note(Op::may_query, std::to_string(process.pid) + "@" + std::to_string(process.start_time));
        return !protected_processes.contains(process);
    }

    /// What look() shows.
    engine::Snapshot snapshot;
    std::set<core::ProcessKey> protected_processes;

    /// Refusals, by the path of the call.
    std::map<std::string, core::Error> refused_identify;
    std::map<std::string, core::Error> refused_enumerate;
    std::optional<core::Error> refused_look;

    /// Runs within each call, after it was written down.
    std::function<void(const Call&)> on_call;
    std::vector<Call> calls;

private:
    engine::FileId new_file() {
        engine::FileId made;
        made.volume = 7;
        ++last_number_;
        for (std::size_t i = 0; i < sizeof(last_number_); ++i) {
            made.id.at(i) = static_cast<std::uint8_t>(last_number_ >> (8 * i));
        }
        return made;
    }

    engine::FileId add(const std::string& path, Node node) {
        const auto slash = path.rfind('/');
        const auto above = path.substr(0, slash);
        if (!nodes_.contains(above)) {
            folder(above);
        }
        const auto [at, is_new] = nodes_.insert_or_assign(path, std::move(node));
        if (is_new) {
            names_[above].push_back(path.substr(slash + 1));
        }
        return at->second.file;
    }

    void note(Op op, std::string what) {
        rights_->note_act();
        calls.push_back({op, std::move(what), rights_->is_assumed()});
        if (on_call) {
            on_call(calls.back());
        }
    }

    std::shared_ptr<const FakeRights> rights_;
    std::map<std::string, Node> nodes_;
    std::map<std::string, std::vector<std::string>> names_;  // in each folder
    std::uint64_t last_number_ = 0;
};

}  // namespace rmb::test
