#include "linux/processes.hpp"

#include "linux/proc_text.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace rmb::os_linux {
namespace {

namespace asio = boost::asio;

class PidfdRegistration final : public core::Registration {
public:
    PidfdRegistration(asio::io_context& loop, int pidfd, std::function<void()> ended)
        : descriptor_(loop, pidfd),
          ended_(std::make_shared<std::function<void()>>(std::move(ended))) {
        descriptor_.async_wait(
            asio::posix::stream_descriptor::wait_read,
            [weak = std::weak_ptr{ended_}](const boost::system::error_code& failed) {
                // Holding it lets the callback drop this registration.
                const auto call = weak.lock();
                if (call && !failed) {
                    (*call)();
                }
            });
    }

private:
    asio::posix::stream_descriptor descriptor_;
    std::shared_ptr<std::function<void()>> ended_;
};

}  // namespace

std::optional<std::uint64_t> start_time_of(std::uint32_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    const std::string stat{std::istreambuf_iterator<char>(in), {}};
    const auto parsed = parse_stat(stat);
    if (!parsed || parsed->zombie) {
        return std::nullopt;
    }
    return parsed->start_time;
}

Descriptor open_pidfd(const core::ProcessKey& process) {
    Descriptor pidfd{static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0))};
    // Opened first, compared afterwards: what is open cannot become another process.
    return pidfd && start_time_of(process.pid) == process.start_time ? std::move(pidfd)
                                                                     : Descriptor{};
}

core::result<core::RegistrationPtr> PidfdWatch::watch(const core::ProcessKey& process,
                                                      std::function<void()> ended) {
    auto pidfd = open_pidfd(process);
    if (!pidfd) {
        return core::Error{core::Code::file_not_found,
                           "process " + std::to_string(process.pid) + " has ended"};
    }
    return core::RegistrationPtr{
        std::make_unique<PidfdRegistration>(loop_, pidfd.release(), std::move(ended))};
}

}  // namespace rmb::os_linux
