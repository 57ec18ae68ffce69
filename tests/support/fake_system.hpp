#pragma once

#include "engine/system.hpp"
#include "support/fake_rights.hpp"

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

/// A machine made of folders, files, links, processes and services. Paths are absolute, with
/// slashes, and mean the same in other case (A to Z). What is called is written down, with whether
/// somebody's rights were assumed, and whose.
class FakeSystem final : public engine::System {
public:
    struct Node {
        engine::FileId file;
        bool is_folder = false;
        std::string target = {};  // of a link: a full path
    };
    enum class Op {
        identify,
        enumerate,
        look,
        may_query,
        services,
        details,
        may_stop,
        may_stop_service
    };
    struct Call {
        Op op;
        std::string what;  // path; "pid@start time"; service; empty for look and services
        bool assumed;
        std::size_t whose = 0;  // of add_rights(); 0 for the first rights, and for nobody's

        bool operator==(const Call&) const = default;
    };

    explicit FakeSystem(std::shared_ptr<const FakeRights> rights) {
        rights_.push_back(std::move(rights));
        nodes_[""] = {new_file(), true};
    }

    /// Of somebody else who acts on this machine; his number in Call::whose and denied_to.
    std::size_t add_rights(std::shared_ptr<const FakeRights> rights) {
        rights_.push_back(std::move(rights));
        return rights_.size() - 1;
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
    /// The 8.3 name of what is there already.
    void short_name(const std::string& path, const std::string& name) {
        short_names_[path] = name;
        by_key_[folder_of(path) + '/' + lower(name)] = path;
    }
    /// As a folder may show an entry that is renamed while the folder is listed.
    void show_twice(const std::string& path) {
        names_.at(folder_of(path)).push_back(name_of(path));
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
    /// A process ends, and with it the services in it.
    void end(const core::ProcessKey& process) {
        for (auto& service : all_services) {
            if (service.pid == process.pid) {
                service.is_running = false;
                service.pid = 0;
            }
        }
        auto& all = snapshot.processes;
        const auto at = std::ranges::find(all, process, &engine::Process::key);
        if (at == all.end()) {
            return;
        }
        const auto place = static_cast<std::size_t>(at - all.begin());
        all.erase(at);
        std::erase_if(snapshot.holdings, [&](const auto& held) { return held.process == place; });
        for (auto& held : snapshot.holdings) {
            held.process -= held.process > place ? 1 : 0;
        }
    }
    [[nodiscard]] bool runs(const core::ProcessKey& process) const {
        return std::ranges::find(snapshot.processes, process, &engine::Process::key) !=
               snapshot.processes.end();
    }
    /// A service; one that has a process runs.
    void service(const std::string& name, std::uint32_t pid = 0,
                 const std::string& display_name = {}) {
        all_services.push_back({name, display_name, pid, pid != 0});
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
            at = below(at, path.substr(begin, end - begin));
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
        if (const auto refused = refusal(refused_identify, path)) {
            return *refused;
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
        if (const auto refused = refusal(refused_enumerate, folder)) {
            return *refused;
        }
        const auto resolved = resolve(folder);
        if (!resolved) {
            return resolved.error();
        }
        std::vector<engine::FolderEntry> entries;
        if (const auto found = names_.find(*resolved); found != names_.end()) {
            for (const auto& name : found->second) {
                const auto path = *resolved + '/' + name;
                const auto& node = nodes_.at(path);
                const auto short_name = short_names_.find(path);
                entries.push_back({name, short_name == short_names_.end() ? "" : short_name->second,
                                   node.file, node.is_folder, !node.target.empty()});
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
        note(Op::may_query, text(process));
        return !protected_processes.contains(process) && !is_denied(text(process));
    }

    /// Streams are named "name:stream"; a name that ends with a dot or a space loses it.
    [[nodiscard]] std::optional<engine::PathParts> take_apart(
        const std::string& path) const override {
        if (!path.starts_with('/')) {
            return std::nullopt;
        }
        return engine::PathParts{folder_of(path), name_of(path), name_key(name_of(path))};
    }
    [[nodiscard]] std::string name_key(const std::string& name) const override {
        const bool is_plain =
            name.find(':') == std::string::npos && !name.ends_with('.') && !name.ends_with(' ');
        return is_plain ? lower(name) : std::string{};
    }

    core::result<std::vector<engine::ServiceFacts>> services() override {
        note(Op::services, {});
        if (refused_services) {
            return *refused_services;
        }
        return all_services;
    }

    std::vector<core::result<engine::ProcessDetails>> details(
        std::span<const core::ProcessKey> processes, std::stop_token) override {
        std::string all_of_them;
        for (const auto& process : processes) {
            all_of_them += (all_of_them.empty() ? "" : ",") + text(process);
        }
        note(Op::details, all_of_them);
        std::vector<core::result<engine::ProcessDetails>> all;
        for (const auto& process : processes) {
            if (runs(process) && refused_details.contains(process)) {
                all.emplace_back(refused_details.at(process));
            } else if (runs(process)) {
                all.emplace_back(details_of[process]);
            } else {
                all.emplace_back(
                    core::Error{core::Code::file_not_found, "it has ended: " + text(process)});
            }
        }
        return all;
    }

    bool may_stop(const core::ProcessKey& process) override {
        note(Op::may_stop, text(process));
        return !unstoppable_processes.contains(process) && !is_denied(text(process));
    }
    bool may_stop_service(const std::string& name) override {
        note(Op::may_stop_service, name);
        return !unstoppable_services.contains(name) && !is_denied(name);
    }

    /// What look() shows.
    engine::Snapshot snapshot;
    /// Of processes that run; as default where there is no entry.
    std::map<core::ProcessKey, engine::ProcessDetails> details_of;
    std::vector<engine::ServiceFacts> all_services;

    /// For everybody: not to be queried, not to be stopped.
    std::set<core::ProcessKey> protected_processes;
    std::set<core::ProcessKey> unstoppable_processes;
    std::set<std::string> unstoppable_services;
    /// For one alone: the number of his rights, and Call::what.
    std::set<std::pair<std::size_t, std::string>> denied_to;

    /// Refusals, by the path of the call.
    std::map<std::string, core::Error> refused_identify;
    std::map<std::string, core::Error> refused_enumerate;
    std::map<core::ProcessKey, core::Error> refused_details;
    std::optional<core::Error> refused_look;
    std::optional<core::Error> refused_services;

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
        const auto above = folder_of(path);
        if (!nodes_.contains(above)) {
            folder(above);
        }
        const auto [at, is_new] = nodes_.insert_or_assign(path, std::move(node));
        if (is_new) {
            names_[above].push_back(name_of(path));
            by_key_[above + '/' + lower(name_of(path))] = path;
        }
        return at->second.file;
    }

    [[nodiscard]] static std::string text(const core::ProcessKey& process) {
        return std::to_string(process.pid) + "@" + std::to_string(process.start_time);
    }
    [[nodiscard]] static std::string folder_of(const std::string& path) {
        return path.substr(0, path.rfind('/'));
    }
    [[nodiscard]] static std::string name_of(const std::string& path) {
        return path.substr(path.rfind('/') + 1);
    }
    [[nodiscard]] static std::string lower(std::string text) {
        for (auto& c : text) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return text;
    }
    /// The entry of a folder, in its own spelling where it is there.
    [[nodiscard]] std::string below(const std::string& folder, const std::string& name) const {
        const auto found = by_key_.find(folder + '/' + lower(name));
        return found == by_key_.end() ? folder + '/' + name : found->second;
    }

    /// Whose rights are assumed; the count of all where nobody's are.
    [[nodiscard]] std::size_t assumed() const {
        const auto at =
            std::ranges::find_if(rights_, [](const auto& r) { return r->is_assumed(); });
        return static_cast<std::size_t>(at - rights_.begin());
    }
    [[nodiscard]] bool is_denied(const std::string& what) const {
        return denied_to.contains({assumed(), what});
    }
    [[nodiscard]] std::optional<core::Error> refusal(
        const std::map<std::string, core::Error>& refused, const std::string& path) const {
        if (const auto found = refused.find(path); found != refused.end()) {
            return found->second;
        }
        if (is_denied(path)) {
            return core::Error{core::Code::access_denied, "denied: " + path};
        }
        return std::nullopt;
    }

    void note(Op op, std::string what) {
        const auto whose = assumed();
        const bool is_assumed = whose < rights_.size();
        if (is_assumed) {
            rights_[whose]->note_act();
        }
        calls.push_back({op, std::move(what), is_assumed, is_assumed ? whose : 0});
        if (on_call) {
            on_call(calls.back());
        }
    }

    std::vector<std::shared_ptr<const FakeRights>> rights_;
    std::map<std::string, Node> nodes_;
    std::map<std::string, std::vector<std::string>> names_;  // in each folder
    std::map<std::string, std::string> short_names_;
    std::map<std::string, std::string> by_key_;  // lower-case names, in folders as spelled
    std::uint64_t last_number_ = 0;
};

}  // namespace rmb::test
