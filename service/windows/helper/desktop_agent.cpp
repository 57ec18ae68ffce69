#include "windows/helper/desktop_agent.hpp"

#include "windows/helper/consoles.hpp"
#include "windows/helper/desktop_windows.hpp"
#include "windows/helper/window_question.hpp"
#include "windows/system/process_handle.hpp"

#include <algorithm>
#include <utility>

namespace rmb::win {
namespace {

/// Processes that run, held open so that their ids stay their own.
class Running {
public:
    explicit Running(std::span<const core::ProcessKey> processes) {
        for (const auto& process : processes) {
            auto opened = open_running(process, 0);
            // Neither of these is anybody's id.
            pids_.push_back(opened.has_value() ? process.pid : 0);
            if (opened.has_value()) {
                handles_.push_back(std::move(*opened));
            }
        }
    }
    /// In their order; 0 for one that has ended.
    [[nodiscard]] const std::vector<std::uint32_t>& pids() const {
        return pids_;
    }

private:
    std::vector<std::uint32_t> pids_;
    std::vector<UniqueHandle> handles_;
};

}  // namespace

result<std::vector<engine::Presence>> DesktopAgent::look(
    std::span<const core::ProcessKey> processes, std::stop_token /*stop*/) {
    const Running running{processes};
    const auto windows = top_windows(api_);
    const auto shell = shell_process(api_);
    std::vector<engine::Presence> presences(processes.size());
    std::vector<std::uint32_t> without_main_window;
    for (std::size_t i = 0; i < presences.size(); ++i) {
        const auto pid = running.pids()[i];
        if (pid == 0) {
            continue;
        }
        auto& presence = presences[i];
        for (const auto& window : windows) {
            if (window.pid == pid) {
                (window.is_main ? presence.has_main_window : presence.has_other_window) = true;
            }
        }
        presence.is_shell = pid == shell;
        if (!presence.has_main_window) {
            without_main_window.push_back(pid);
        }
    }
    // Who has a window is asked by it, console or not.
    const auto consoles = list_consoles(std::move(without_main_window));
    for (std::size_t i = 0; i < presences.size(); ++i) {
        const auto found = consoles.find(running.pids()[i]);
        if (found != consoles.end() && !presences[i].has_main_window) {
            presences[i].console = found->second;
        }
    }
    return presences;
}

result<std::vector<engine::Vote>> DesktopAgent::ask_to_end(
    std::span<const core::ProcessKey> processes, bool until_refusal, engine::Milliseconds limit,
    std::stop_token /*stop*/) {
    const Running running{processes};
    return ask_windows(api_, running.pids(), {WM_QUERYENDSESSION, 0, ENDSESSION_CLOSEAPP},
                       until_refusal, limit);
}

result<void> DesktopAgent::tell_end(std::span<const core::ProcessKey> processes, bool ending,
                                    engine::Milliseconds limit, std::stop_token /*stop*/) {
    const Running running{processes};
    const auto w = static_cast<WPARAM>(ending ? TRUE : FALSE);
    (void)ask_windows(api_, running.pids(), {WM_ENDSESSION, w, ENDSESSION_CLOSEAPP}, false, limit);
    return {};
}

result<void> DesktopAgent::close(std::span<const core::ProcessKey> processes,
                                 std::stop_token /*stop*/) {
    const Running running{processes};
    for (const auto& found : top_windows(api_)) {
        if (found.pid != 0 &&
            std::ranges::find(running.pids(), found.pid) != running.pids().end()) {
            // A window that takes no message now is one that does not close: seen by its process.
            api_.post_message(found.window, WM_CLOSE, 0, 0);
        }
    }
    return {};
}

result<void> DesktopAgent::interrupt(const core::ProcessKey& process,
                                     std::span<const std::uint32_t> attached,
                                     std::stop_token /*stop*/) {
    const auto opened = open_running(process, 0);
    if (opened.has_error()) {
        return opened.error();
    }
    return interrupt_console(process.pid, attached);
}

result<core::ProcessKey> DesktopAgent::create(const engine::ProgramStart& program) {
    return programs_.create(program);
}

result<void> DesktopAgent::release(const core::ProcessKey& process) {
    return programs_.release(process);
}

}  // namespace rmb::win
