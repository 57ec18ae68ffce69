#pragma once

#include "engine/locks.hpp"
#include "engine/system.hpp"

#include <cstddef>

namespace rmb::os_linux {

/// Linux as the engine sees it: paths by openat2(2), processes by /proc. A file's id is its st_dev
/// and st_ino. Names are bytes as they are, UTF-8 or not.
///
/// A handle is a descriptor of a regular file or a folder; its access is FILE_READ_DATA (1) and
/// FILE_WRITE_DATA (2). Kernel threads hold nothing and are left out. There are no services, and no
/// programs registered for restart.
///
/// For tests on local disks: a path on a file system whose server does not answer can hang.
class ProcSystem final : public engine::System {
public:
    /// enumerate() answers not_enough_quota for a folder of more entries.
    explicit ProcSystem(std::size_t most_entries = engine::kMaxQueriedFiles)
        : most_entries_(most_entries) {}

    [[nodiscard]] engine::result<engine::FileFacts> identify(const std::string& path) override;
    [[nodiscard]] engine::result<std::vector<engine::FolderEntry>> enumerate(
        const std::string& folder) override;
    [[nodiscard]] std::string join(const std::string& folder,
                                   const std::string& name) const override;
    [[nodiscard]] engine::result<engine::Snapshot> look(std::stop_token stop) override;
    [[nodiscard]] bool may_query(const core::ProcessKey& process) override;
    [[nodiscard]] std::optional<engine::PathParts> take_apart(
        const std::string& path) const override;
    [[nodiscard]] std::string name_key(const std::string& name) const override;
    [[nodiscard]] engine::result<std::vector<engine::ServiceFacts>> services() override;
    [[nodiscard]] std::vector<engine::result<engine::ProcessDetails>> details(
        std::span<const core::ProcessKey> processes, std::stop_token stop) override;
    [[nodiscard]] bool may_stop(const core::ProcessKey& process) override;
    [[nodiscard]] bool may_stop_service(const std::string& name) override;

private:
    std::size_t most_entries_;
};

}  // namespace rmb::os_linux
