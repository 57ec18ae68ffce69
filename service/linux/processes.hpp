#pragma once

#include "core/ports.hpp"
#include "linux/descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <optional>

namespace rmb::os_linux {

/// Field 22 of /proc/<pid>/stat (clock ticks since boot): with the pid it names one process.
/// nullopt when there is none, or none but a zombie.
[[nodiscard]] std::optional<std::uint64_t> start_time_of(std::uint32_t pid);

/// A pidfd of the process with that start time; none when it has ended.
[[nodiscard]] Descriptor open_pidfd(const core::ProcessKey& process);

/// Watches processes through pidfds.
class PidfdWatch final : public core::ProcessWatch {
public:
    explicit PidfdWatch(boost::asio::io_context& loop) : loop_(loop) {}

    core::result<core::RegistrationPtr> watch(const core::ProcessKey& process,
                                              std::function<void()> ended) override;

private:
    boost::asio::io_context& loop_;
};

}  // namespace rmb::os_linux
