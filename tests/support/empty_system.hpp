#pragma once

#include "engine/system.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::test {

/// A machine without anything: tests override what they are about.
class EmptySystem : public engine::System {
public:
    engine::result<engine::FileFacts> identify(const std::string& path) override {
        return engine::Error{engine::Code::file_not_found, "no such file: " + path};
    }
    engine::result<std::vector<engine::FolderEntry>> enumerate(const std::string&) override {
        return std::vector<engine::FolderEntry>{};
    }
    [[nodiscard]] std::string join(const std::string& folder,
                                   const std::string& name) const override {
        return folder + '/' + name;
    }
    engine::result<engine::Snapshot> look(std::stop_token) override {
        return engine::Snapshot{};
    }
    bool may_query(const core::ProcessKey&) override {
        return false;
    }
    [[nodiscard]] std::optional<engine::PathParts> take_apart(const std::string&) const override {
        return std::nullopt;
    }
    [[nodiscard]] std::string name_key(const std::string& name) const override {
        return name;
    }
    engine::result<std::vector<engine::ServiceFacts>> services() override {
        return std::vector<engine::ServiceFacts>{};
    }
    std::vector<engine::result<engine::ProcessDetails>> details(
        std::span<const core::ProcessKey> processes, std::stop_token) override {
        return {processes.size(), engine::Error{engine::Code::file_not_found, "it has ended"}};
    }
    bool may_stop(const core::ProcessKey&) override {
        return false;
    }
    bool may_stop_service(const std::string&) override {
        return false;
    }
};

}  // namespace rmb::test
