#pragma once

#include "core/identity.hpp"
#include "windows/helper/frame_pipe.hpp"

#include <functional>
#include <memory>

namespace rmb::win {

/// A helper that was started; dropping it ends the helper and all that it holds.
class HelperLink {
public:
    HelperLink() = default;
    HelperLink(const HelperLink&) = delete;
    HelperLink& operator=(const HelperLink&) = delete;
    virtual ~HelperLink() = default;

    [[nodiscard]] virtual FramePipe& pipe() = 0;
    [[nodiscard]] virtual bool has_ended() const = 0;
    /// It has ended because nothing was asked for a while, and so took no request with it. Waits a
    /// moment for a process whose pipe is closed already.
    [[nodiscard]] virtual bool ended_idle() const = 0;
    /// Whether a process that the helper says it created can be one of its own: runs, in its
    /// Windows session, as its user, at no higher integrity.
    [[nodiscard]] virtual bool may_have_created(const core::ProcessKey& process) const = 0;
};

using ConnectHelper = std::function<result<std::unique_ptr<HelperLink>>()>;

}  // namespace rmb::win
