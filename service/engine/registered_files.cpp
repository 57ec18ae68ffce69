#include "engine/registered_files.hpp"

#include "engine/as_caller.hpp"
#include "engine/folder_index.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace rmb::engine {
namespace {

/// A registered path.
struct Name {
    const std::string* path = nullptr;
    std::string key;  // PathParts::name_key

    [[nodiscard]] const std::string& text() const {
        return *path;
    }
};
using Names = std::vector<Name>;

/// So many time-outs, and the rest of a folder is not tried: each lasts seconds.
constexpr int kMaxTimeouts = 3;

/// Each text once.
template <class Range, class Text>
void make_unique(Range& range, Text text) {
    std::ranges::sort(range, {}, text);
    const auto rest = std::ranges::unique(range, {}, text);
    range.erase(rest.begin(), rest.end());
}

class Naming {
public:
    Naming(System& system, const std::stop_token& stop) : system_(system), stop_(stop) {}

    /// `names` are all in `folder`.
    result<void> name_in(const std::string& folder, Names names, const core::Rights& rights) {
        make_unique(names, &Name::text);
        if (names.size() < kEnumerateFrom) {
            return open_each(names, rights);
        }
        result<std::vector<FolderEntry>> entries;
        const auto enumerate = [&] { entries = system_.enumerate(folder); };
        if (auto done = as_caller(rights, stop_, enumerate); !done) {
            return done;
        }
        if (entries) {
            return find_in(*entries, std::move(names), rights);
        }
        return entries.error().code == Code::file_not_found ? result<void>{}
                                                            : open_each(names, rights);
    }

    RegisteredFiles take() && {
        // Several may have registered the same path.
        for (auto& [file, paths] : named_) {
            make_unique(paths, [](const auto* path) -> const auto& { return *path; });
        }
        return std::move(named_);
    }

private:
    result<void> find_in(const std::vector<FolderEntry>& entries, Names names,
                         const core::Rights& rights) {
        const FolderIndex index{entries,
                                [this](const std::string& name) { return system_.name_key(name); }};
        Names to_open;
        for (auto& name : names) {
            if (name.key.empty()) {
                to_open.push_back(std::move(name));
            } else if (const auto match = index.find(name.key); !match) {
                continue;
            } else if (!match->is_certain) {
                to_open.push_back(std::move(name));
            } else if (auto added = add(match->facts, name.path); !added) {
                return added;
            }
        }
        return open_each(to_open, rights);
    }

    result<void> open_each(const Names& names, const core::Rights& rights) {
        int timeouts = 0;
        for (const auto& name : names) {
            result<FileFacts> facts;
            const auto identify = [&] { facts = system_.identify(*name.path); };
            if (auto done = as_caller(rights, stop_, identify); !done) {
                return done;
            }
            if (facts) {
                if (auto added = add(*facts, name.path); !added) {
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
using Folders = std::map<const core::Rights*, std::map<std::string, Names>>;

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
                all[rights][std::move(parts->folder)].push_back(
                    {&path, std::move(parts->name_key)});
            }
        }
    }
    Naming naming{system, stop};
    for (auto& [rights, folders] : all) {
        for (auto& [folder, names] : folders) {
            if (auto named = naming.name_in(folder, std::move(names), *rights); !named) {
                return named.error();
            }
        }
    }
    return std::move(naming).take();
}

}  // namespace rmb::engine
