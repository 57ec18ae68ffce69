#include "engine/affected_parts.hpp"
#include "engine/registered_files.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace rmb::engine {
namespace {

/// Their processes end only with the system (reference, section 16).
constexpr std::array<std::string_view, 4> kCriticalServices{"RpcSs", "RpcEptMapper", "DcomLaunch",
                                                            "PlugPlay"};

using ServiceList = std::vector<const ServiceFacts*>;

/// What is registered, sorted out.
struct Sought {
    RegisteredFiles files;
    std::map<core::ProcessKey, std::set<const core::Rights*>> processes;  // and by whom
    ServiceList services;                                                 // those that run
};

result<Sought> sort_out(const Inquiry& inquiry, std::span<const ServiceFacts> services) {
    const auto& system = inquiry.machine.system;
    const auto& registered = inquiry.request.contents.registered;
    const auto& primary_rights = inquiry.request.primary.rights;
    Sought sought;
    std::unordered_set<std::string> names;
    for (const auto& made : registered) {
        const auto* rights = made->rights ? made->rights.get() : primary_rights.get();
        for (const auto& process : made->resources.processes) {
            sought.processes[process].insert(rights);
        }
        for (const auto& name : made->resources.services) {
            names.insert(service_key(system, name));
        }
    }
    for (const auto& service : services) {
        if (service.is_running && names.contains(service_key(system, service.name))) {
            sought.services.push_back(&service);
        }
    }
    auto files = name_registered(inquiry.machine.system, registered, primary_rights, inquiry.stop);
    if (!files) {
        return files.error();
    }
    sought.files = std::move(*files);
    return sought;
}

/// How a process of the snapshot comes into the list.
struct Claim {
    std::vector<HeldFile> files;
    std::size_t file_bytes = 0;
    bool is_whole = false;    // holds a file, or was registered: all its services count
    bool is_refused = false;  // was registered by somebody who may not query it
    ServiceList registered;
};

class Join {
public:
    Join(const Inquiry& inquiry, const Sought& sought, std::span<const ServiceFacts> services,
         const Snapshot& snapshot)
        : inquiry_(inquiry), system_(inquiry.machine.system), sought_(sought), snapshot_(snapshot) {
        for (const auto& service : services) {
            if (service.is_running && service.pid != 0) {
                hosted_[service.pid].push_back(&service);
            }
        }
        for (const auto name : kCriticalServices) {
            critical_.insert(service_key(system_, std::string{name}));
        }
    }

    result<Members> run() {
        claim_holders();
        if (auto claimed = claim_processes(); !claimed) {
            return claimed.error();
        }
        claim_services();
        found_.unseen = snapshot_.unseen;
        std::ranges::copy_if(
            snapshot_.processes, std::back_inserter(found_.hosts),
            [this](const Process& process) { return hosted_.contains(process.key.pid); });
        if (auto added = add_all(); !added) {
            return added.error();
        }
        return std::move(found_);
    }

private:
    /// A process may have any number of handles to a file.
    void claim_holders() {
        std::vector<Holding> held;
        for (const auto& holding : snapshot_.holdings) {
            if (sought_.files.contains(holding.file)) {
                held.push_back(holding);
            }
        }
        const auto key = [](const Holding& holding) {
            return std::tie(holding.process, holding.file, holding.how);
        };
        std::ranges::sort(held, {}, key);
        const auto rest = std::ranges::unique(held, {}, key);
        held.erase(rest.begin(), rest.end());
        for (const auto& holding : held) {
            auto& claim = claims_[holding.process];
            claim.is_whole = true;
            for (const auto* name : sought_.files.at(holding.file)) {
                const bool is_too_long = claim.file_bytes + name->size() > kMaxHeldFileBytes;
                if (claim.files.size() == kMaxHeldFiles || (is_too_long && !claim.files.empty())) {
                    break;
                }
                claim.file_bytes += name->size();
                claim.files.push_back({*name, holding.how});
            }
        }
    }

    /// Naming a process is an act of whoever registered it (DESIGN 6). What the primary named is
    /// asked about once, by add().
    result<void> claim_processes() {
        for (std::size_t place = 0; place < snapshot_.processes.size(); ++place) {
            const auto& key = snapshot_.processes[place].key;
            const auto found = sought_.processes.find(key);
            if (found == sought_.processes.end()) {
                continue;
            }
            auto& claim = claims_[place];
            claim.is_whole =
                claim.is_whole || found->second.contains(inquiry_.request.primary.rights.get());
            for (const auto* rights : found->second) {
                if (claim.is_whole) {
                    break;
                }
                const auto ask = [&] { claim.is_whole = system_.may_query(key); };
                if (auto asked = as_caller(*rights, inquiry_.stop, ask); !asked) {
                    return asked;
                }
            }
            claim.is_refused = !claim.is_whole;
        }
        return {};
    }

    void claim_services() {
        std::unordered_map<std::uint32_t, std::size_t> places;
        for (std::size_t place = 0; place < snapshot_.processes.size(); ++place) {
            places[snapshot_.processes[place].key.pid] = place;
        }
        for (const auto* service : sought_.services) {
            // One whose process is not there has ended meanwhile.
            if (const auto found = places.find(service->pid); found != places.end()) {
                claims_[found->second].registered.push_back(service);
            }
        }
    }

    result<void> add_all() {
        std::vector<core::ProcessKey> keys;
        for (const auto& [place, claim] : claims_) {
            keys.push_back(snapshot_.processes[place].key);
        }
        if (inquiry_.stop.stop_requested()) {
            return cancelled();
        }
        auto details = system_.details(keys, inquiry_.stop);
        auto its_details = details.begin();
        for (auto& [place, claim] : claims_) {
            if (inquiry_.stop.stop_requested()) {
                return cancelled();
            }
            auto added =
                add(snapshot_.processes[place], std::move(claim), std::move(*its_details++));
            if (!added) {
                return added;
            }
        }
        return {};
    }

    result<void> add(const Process& process, Claim claim, result<ProcessDetails> details) {
        if (!details && details.error().code == Code::file_not_found) {
            return {};  // it has ended: what may_query() says of it means nothing
        }
        Member member;
        member.process = process;
        if (details) {
            member.details = std::move(*details);
        } else {
            member.unread = details.error().message;
            found_.unseen.push_back(
                {"process " + std::to_string(process.key.pid) + ": what it is", member.unread});
        }
        const auto ask = [&] { member.is_disclosed = system_.may_query(process.key); };
        if (auto asked = inquiry_.as_primary(ask); !asked) {
            return asked;
        }
        const auto hosted = hosted_.find(process.key.pid);
        if (claim.is_whole && member.is_disclosed) {
            member.files = std::move(claim.files);
            std::ranges::sort(member.files, {},
                              [](const HeldFile& held) { return std::tie(held.file, held.how); });
            if (hosted != hosted_.end()) {
                copy(hosted->second, member.services);
            }
            add_member(std::move(member));
            return {};
        }
        if (claim.is_whole || claim.is_refused) {
            ++found_.hidden;
        }
        if (!claim.registered.empty()) {
            copy(claim.registered, member.services);
            add_member(std::move(member));
        }
        return {};
    }

    void add_member(Member member) {
        const auto hosted = hosted_.find(member.process.key.pid);
        member.hosts_critical_service =
            hosted != hosted_.end() && std::ranges::any_of(hosted->second, [&](const auto* one) {
                return critical_.contains(service_key(system_, one->name));
            });
        found_.members.push_back(std::move(member));
    }

    static void copy(const ServiceList& from, std::vector<ServiceFacts>& to) {
        for (const auto* service : from) {
            to.push_back(*service);
        }
    }

    const Inquiry& inquiry_;
    System& system_;
    const Sought& sought_;
    const Snapshot& snapshot_;
    std::unordered_map<std::uint32_t, ServiceList> hosted_;
    std::unordered_set<std::string> critical_;
    std::map<std::size_t, Claim> claims_;  // by place in the snapshot
    Members found_;
};

}  // namespace

result<Members> find_members(const Inquiry& inquiry, std::span<const ServiceFacts> services) {
    const auto sought = sort_out(inquiry, services);
    if (!sought) {
        return sought.error();
    }
    if (sought->files.empty() && sought->processes.empty() && sought->services.empty()) {
        return Members{};
    }
    const auto snapshot = inquiry.machine.system.look(inquiry.stop);
    if (!snapshot) {
        return snapshot.error();
    }
    return Join{inquiry, *sought, services, *snapshot}.run();
}

}  // namespace rmb::engine
