#include "windows/helper/helper_main.hpp"

#include "windows/helper/console_child.hpp"
#include "windows/helper/desktop_agent.hpp"
#include "windows/helper/helper_pipe.hpp"
#include "windows/helper/helper_server.hpp"

#include <span>
#include <utility>

namespace rmb::win {
namespace {

constexpr int kFailed = 1;

}  // namespace

int run_helper(const std::string& pipe, std::chrono::milliseconds idle) {
    const auto api = load_user_api();
    auto end_of_pipe = open_helper_pipe(wide(pipe));
    if (api.has_error() || end_of_pipe.has_error()) {
        return kFailed;
    }
    FramePipe frames{std::move(*end_of_pipe)};
    DesktopAgent agent{*api};
    // A program that waits to be released would end with this process.
    const auto end = serve(frames, agent, idle, [&] { return !agent.holds_programs(); });
    return end == ServeEnd::idle ? static_cast<int>(kHelperIdle) : 0;
}

int run_console_child(std::string_view what, const std::vector<std::uint32_t>& pids) {
    const std::span<const std::uint32_t> all{pids};
    if (what == "list") {
        return static_cast<int>(list_consoles_here(all));
    }
    if (what == "interrupt" && !pids.empty()) {
        return static_cast<int>(interrupt_console_here(pids.front(), all.subspan(1)));
    }
    return static_cast<int>(ConsoleOutcome::failed);
}

}  // namespace rmb::win
