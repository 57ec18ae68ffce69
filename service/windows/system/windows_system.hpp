#pragma once

#include "engine/system.hpp"
#include "windows/own_helpers.hpp"
#include "windows/system/io_watchdog.hpp"
#include "windows/system/look.hpp"
#include "windows/system/timed_jobs.hpp"

#include <chrono>

namespace rmb::win {

/// The machine itself: Win32 and the few calls of ntdll.dll that have no equal there.
class WindowsSystem final : public engine::System {
public:
    /// How long one file operation may take.
    static constexpr std::chrono::milliseconds kFileLimit{5'000};

    /// `helpers` are not seen, as this process is not; must outlive this.
    explicit WindowsSystem(const OwnHelpers& helpers) : helpers_{helpers} {}

    result<engine::FileFacts> identify(const std::string& path) override;
    result<std::vector<engine::FolderEntry>> enumerate(const std::string& folder) override;
    [[nodiscard]] std::string join(const std::string& folder,
                                   const std::string& name) const override;
    result<engine::Snapshot> look(std::stop_token stop) override;
    bool may_query(const core::ProcessKey& process) override;
    [[nodiscard]] std::optional<engine::PathParts> take_apart(
        const std::string& path) const override;
    [[nodiscard]] std::string name_key(const std::string& name) const override;
    result<std::vector<engine::ServiceFacts>> services() override;
    std::vector<result<engine::ProcessDetails>> details(std::span<const core::ProcessKey> processes,
                                                        std::stop_token stop) override;
    bool may_stop(const core::ProcessKey& process) override;
    bool may_stop_service(const std::string& name) override;

private:
    const OwnHelpers& helpers_;
    IoWatchdog watchdog_{kFileLimit};
    LookJobs look_jobs_;
    TimedJobs details_jobs_;
};

}  // namespace rmb::win
