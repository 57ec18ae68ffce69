#include "engine/named_files.hpp"

#include "engine/as_caller.hpp"

#include <utility>

namespace rmb::engine {
namespace {

class Naming {
public:
    Naming(System& system, const LocksQuery& query, const std::stop_token& stop)
        : system_(system), query_(query), stop_(stop) {}

    result<NamedFiles> run() && {
        for (std::size_t row = 0; row < query_.paths.size(); ++row) {
            if (auto named = name_path(row); !named) {
                return named.error();
            }
        }
        return std::move(named_);
    }

private:
    result<void> name_path(std::size_t row) {
        const auto& path = query_.paths[row];
        result<FileFacts> facts;
        const auto identify = [&] { facts = system_.identify(path); };
        if (auto done = as_caller(*query_.rights, stop_, identify); !done) {
            return done;
        }
        if (!facts) {
            named_.errors.emplace_back(facts.error());
            return {};
        }
        named_.errors.emplace_back(std::nullopt);
        if (auto added = add({facts->file, row, path}); !added) {
            return added;
        }
        return facts->is_folder && query_.recursive ? name_below(row) : result<void>{};
    }

    /// With a stack of its own: how deep the folders go is the caller's choice.
    result<void> name_below(std::size_t row) {
        std::vector<std::string> folders{query_.paths[row]};
        while (!folders.empty()) {
            const auto folder = std::move(folders.back());
            folders.pop_back();
            const auto entries = list(folder);
            if (!entries) {
                return entries.error();
            }
            for (const auto& entry : *entries) {
                if (entry.is_link) {
                    continue;
                }
                auto name = system_.join(folder, entry.name);
                if (entry.is_folder) {
                    folders.push_back(name);
                }
                if (auto added = add({entry.file, row, std::move(name)}); !added) {
                    return added;
                }
            }
        }
        return {};
    }

    /// Nothing, and a word about it, where the folder cannot be enumerated.
    result<std::vector<FolderEntry>> list(const std::string& folder) {
        result<std::vector<FolderEntry>> entries;
        const auto enumerate = [&] { entries = system_.enumerate(folder); };
        if (auto done = as_caller(*query_.rights, stop_, enumerate); !done) {
            return done.error();
        }
        if (entries || entries.error().code == Code::not_enough_quota) {
            return entries;
        }
        named_.unlisted.push_back(
            {"folder " + folder + ": what is in it", entries.error().message});
        return std::vector<FolderEntry>{};
    }

    result<void> add(NamedFile file) {
        bytes_ += sizeof(file) + file.name.size();
        if (named_.files.size() == kMaxQueriedFiles) {
            return Error{Code::not_enough_quota,
                         "the paths come to more than " + std::to_string(kMaxQueriedFiles) +
                             " files and folders",
                         "queriedFiles"};
        }
        if (bytes_ > kMaxQueryBytes) {
            return Error{Code::not_enough_quota,
                         "the names of the files take more than " + std::to_string(kMaxQueryBytes) +
                             " bytes",
                         "queryBytes"};
        }
        named_.files.push_back(std::move(file));
        return {};
    }

    System& system_;
    const LocksQuery& query_;
    const std::stop_token& stop_;
    NamedFiles named_;
    std::size_t bytes_ = 0;
};

}  // namespace

result<NamedFiles> name_files(System& system, const LocksQuery& query,
                              const std::stop_token& stop) {
    return Naming{system, query, stop}.run();
}

}  // namespace rmb::engine
