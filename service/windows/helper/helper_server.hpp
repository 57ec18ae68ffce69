#pragma once

#include "engine/session_agent.hpp"
#include "windows/helper/frame_pipe.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

/// The helper's end of the pipe: requests become calls of an agent that acts in this process.
namespace rmb::win {

/// The answer to one frame; an error object for what is no request of the table.
[[nodiscard]] std::string answer_request(engine::SessionAgent& agent, std::string_view body);

enum class ServeEnd {
    idle,  // nothing was asked for a while
    gone   // the other end is closed, or what it sends is no frame
};

/// Answers one request after the other. `may_idle` is asked before an idle end.
[[nodiscard]] ServeEnd serve(FramePipe& pipe, engine::SessionAgent& agent,
                             std::chrono::milliseconds idle, const std::function<bool()>& may_idle);

}  // namespace rmb::win
