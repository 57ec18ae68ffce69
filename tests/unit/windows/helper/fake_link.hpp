#pragma once

#include "pipe_ends.hpp"
#include "windows/helper/frame_pipe.hpp"
#include "windows/helper/helper_link.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace rmb::win {

/// What a test knows of a helper that is a thread of its own.
struct FakeHelper {
    std::atomic<bool> has_ended = false;
    std::atomic<bool> ended_idle = false;
    std::atomic<bool> was_dropped = false;
    bool created_is_believable = true;
};

/// A helper whose end of the pipe `behave` has; it ends when that returns, or with the link.
class FakeLink final : public HelperLink {
public:
    FakeLink(std::shared_ptr<FakeHelper> helper, PipeEnds ends,
             const std::function<void(FramePipe&)>& behave)
        : helper_{std::move(helper)}, pipe_{std::move(ends.service)} {
        auto peer = std::make_unique<FramePipe>(std::move(ends.helper));
        thread_ = std::jthread{[peer = std::move(peer), behave, helper = helper_]() mutable {
            behave(*peer);
            peer.reset();
            helper->has_ended = true;
        }};
    }
    ~FakeLink() override {
        helper_->was_dropped = true;
    }
    FakeLink(const FakeLink&) = delete;
    FakeLink& operator=(const FakeLink&) = delete;

    FramePipe& pipe() override {
        return pipe_;
    }
    [[nodiscard]] bool has_ended() const override {
        return helper_->has_ended;
    }
    [[nodiscard]] bool ended_idle() const override {
        return helper_->ended_idle;
    }
    [[nodiscard]] bool may_have_created(const core::ProcessKey& /*process*/) const override {
        return helper_->created_is_believable;
    }

private:
    std::shared_ptr<FakeHelper> helper_;
    std::jthread thread_;
    FramePipe pipe_;  // closed before the thread is waited for: its end ends with this one
};

}  // namespace rmb::win
