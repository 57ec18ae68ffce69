#pragma once

#include "engine/system.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rmb::engine {

/// What is in a folder, by PathParts::name_key of its long and short names.
class FolderIndex {
public:
    struct Match {
        FileFacts facts;
        bool is_certain = true;  // false: only opening it tells, since it is a link, or the folder
                                 // tells names apart that differ in case alone
    };

    /// `name_key`: System::name_key.
    template <std::invocable<const std::string&> NameKey>
    FolderIndex(const std::vector<FolderEntry>& entries, NameKey name_key) {
        for (const auto& entry : entries) {
            add(name_key(entry.name), entry);
            if (!entry.short_name.empty()) {
                add(name_key(entry.short_name), entry);
            }
        }
    }

    /// nullopt: there is no such file.
    [[nodiscard]] std::optional<Match> find(const std::string& name_key) const {
        const auto found = matches_.find(name_key);
        return found == matches_.end() ? std::nullopt : std::optional{found->second};
    }

private:
    void add(std::string key, const FolderEntry& entry) {
        const Match match{{entry.file, entry.is_folder}, !entry.is_link};
        const auto [place, is_new] = matches_.try_emplace(std::move(key), match);
        if (!is_new && place->second.facts.file != entry.file) {
            place->second.is_certain = false;
        }
    }

    std::unordered_map<std::string, Match> matches_;
};

}  // namespace rmb::engine
