#include "engine/registered_files.hpp"

#include "engine/as_caller.hpp"
#include "engine/folder_index.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace rmb::engine {
namespace {

using Paths = std::vector<const std::string*>;

/// So many time-outs, and the rest of a folder is not tried: each lasts seconds.
constexpr int kMaxTimeouts = 3;

bool by_text(const std::string* one, const std::string* other) {
    return *one < *other;
}

/// Each text once.
void make_unique(Paths& paths) {
    std::ranges::sort(paths, by_text);
    const auto same = [](const auto* one, const auto* other) { return *one == *other; };
    const auto rest = std::ranges::unique(paths, same);
    paths.erase(rest.begin(), rest.end());
}

class Naming {
public:
    Naming(System& system, const std::stop_token& stop) : system_(system), stop_(stop) {}

    /// `paths` are all in `folder`.
    result<void> name_in(const std::string& folder, Paths paths, const core::Rights& rights) {
        make_unique(paths);
        if (paths.size() < kEnumerateFrom) {
            return open_each(paths, rights);
        }
        result<std::vector<FolderEntry>> entries;
        const auto enumerate = [&] { entries = system_.enumerate(folder); };
        if (auto done = as_caller(rights, stop_, enumerate); !done) {
            return done;
        }
        if (entries) {
            return find_in(*entries, paths, rights);
        }
        return entries.error().code == Code::file_not_found ? result<void>{}
                                                            : open_each(paths, rights);
    }

    RegisteredFiles take() && {
        // Several may have registered the same path.
        for (auto& [file, paths] : named_) {
            make_unique(paths);
        }
        return std::move(named_);
    }

private:
    result<void> find_in(const std::vector<FolderEntry>& entries, const Paths& paths,
                         const core::Rights& rights) {
        const FolderIndex index{entries,
                                [this](const std::string& name) { return system_.name_key(name); }};
        Paths to_open;
        for (const auto* path : paths) {
            const auto parts = system_.take_apart(*path);
            const auto key = parts ? parts->name_key : std::string{};
            if (key.empty()) {
                to_open.push_back(path);
            } else if (const auto match = index.find(key); !match) {
                continue;
            } else if (!match->is_certain) {
                to_open.push_back(path);
            } else if (auto added = add(match->facts, path); !added) {
                return added;
            }
        }
        return open_each(to_open, rights);
    }

    result<void> open_each(const Paths& paths, const core::Rights& rights) {
        int timeouts = 0;
        for (const auto* path : paths) {
            result<FileFacts> facts;
            const auto identify = [&] { facts = system_.identify(*path); };
            if (auto done = as_caller(rights, stop_, identify); !done) {
                return done;
            }
            if (facts) {
                if (auto added = add(*facts, path); !added) {
                    return added;
                }
            } else if (facts.error().code == Code::sem_timeout && ++timeouts == kMaxTimeouts) {
                break;
            }
        }
        return {};
    }

    result<void> add(const FileFacts& facts, const std::string* path) {
        if (facts.is_folder) {
            return Error{Code::access_denied, "registered as a file is the folder " + *path};
        }
        named_[facts.file].push_back(path);
        return {};
    }

    System& system_;
    const std::stop_token& stop_;
    RegisteredFiles named_;
};

/// Who names what, folder by folder.
using Folders = std::map<const core::Rights*, std::map<std::string, Paths>>;

}  // namespace

result<RegisteredFiles> name_registered(System& system, const core::RegisteredList& registered,
                                        const std::shared_ptr<const core::Rights>& primary_rights,
                                        const std::stop_token& stop) {
    Folders all;
    for (const auto& made : registered) {
        const auto* rights = made->rights ? made->rights.get() : primary_rights.get();
        if (rights == nullptr && !made->resources.files.empty()) {
            return Error{Code::access_denied, "nothing can be named with the registrant's rights"};
        }
        for (const auto& path : made->resources.files) {
            if (auto parts = system.take_apart(path)) {
                all[rights][std::move(parts->folder)].push_back(&path);
            }
        }
    }
    Naming naming{system, stop};
    for (auto& [rights, folders] : all) {
        for (auto& [folder, paths] : folders) {
            if (auto named = naming.name_in(folder, std::move(paths), *rights); !named) {
                return named.error();
            }
        }
    }
    return std::move(naming).take();
}

}  // namespace rmb::engine
