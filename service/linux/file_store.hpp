#pragma once

#include "core/ports.hpp"

#include <filesystem>

namespace rmb::os_linux {

/// One file a record in a folder of its own; replaced by rename, so a reader or a crash sees the
/// old or the new, never a part. Survives the process, like the registry key it stands for.
class FileStore final : public core::SessionStore {
public:
    /// The folder is made if it is missing, for its owner only.
    explicit FileStore(std::filesystem::path folder);

    core::result<void> put(std::string_view name, const core::Bytes& record) override;
    core::result<void> erase(std::string_view name) override;
    core::result<std::vector<std::pair<std::string, core::Bytes>>> load() override;

private:
    std::filesystem::path folder_;
};

}  // namespace rmb::os_linux
