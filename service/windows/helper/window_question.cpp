#include "windows/helper/window_question.hpp"

#include <algorithm>
#include <iterator>

namespace rmb::win {
namespace {

using Clock = std::chrono::steady_clock;

// Nothing tells of a window's end: whether those not heard of are there still is asked so often.
constexpr std::chrono::milliseconds kLookInterval{50};

class Question {
public:
    Question(const UserApi& api, std::span<const std::uint32_t> pids, bool until_refusal)
        : api_{api}, votes_{pids.size()}, until_refusal_{until_refusal}, first_{next_} {
        for (const auto& found : top_windows(api)) {
            const auto process = std::ranges::find(pids, found.pid);
            if (found.pid != 0 && process != pids.end()) {
                votes_.add_window(static_cast<std::size_t>(std::distance(pids.begin(), process)));
                windows_.push_back(found);
            }
        }
        next_ += windows_.size();
        current_ = this;
    }
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;
    ~Question() {
        current_ = nullptr;
    }

    void send(const WindowMessage& message) {
        for (std::size_t i = 0; i < windows_.size(); ++i) {
            if (api_.send_with_callback(windows_[i].window, message.message, message.w, message.l,
                                        on_answer, first_ + i) == FALSE) {
                is_there(i) ? votes_.unreachable(i) : votes_.gone(i);
            }
        }
    }

    std::vector<engine::Vote> wait(Clock::time_point until) {
        while (!is_over() && Clock::now() < until) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
            api_.wait_for_message(
                0, nullptr, FALSE,
                static_cast<DWORD>(
                    std::clamp(left, std::chrono::milliseconds{0}, kLookInterval).count()),
                QS_ALLINPUT);
            pump();
            forget_gone();
        }
        return votes_.count();
    }

private:
    static void CALLBACK on_answer(HWND /*window*/, UINT /*message*/, ULONG_PTR number,
                                   LRESULT answer) {
        // An answer may come to a question that nobody waits for any more.
        if (current_ != nullptr && number >= current_->first_ &&
            number - current_->first_ < current_->windows_.size()) {
            current_->take(number - current_->first_, answer != 0);
        }
    }

    /// The system answers 0 in the name of a window that ends.
    void take(std::size_t window, bool yes) {
        if (yes || is_there(window)) {
            votes_.answered(window, yes);
        } else {
            votes_.gone(window);
        }
    }

    void pump() {
        MSG message{};
        while (api_.peek_message(&message, nullptr, 0, 0, PM_REMOVE) != FALSE) {
            api_.dispatch_message(&message);
        }
    }

    void forget_gone() {
        for (std::size_t i = 0; i < windows_.size(); ++i) {
            if (votes_.is_open(i) && !is_there(i)) {
                votes_.gone(i);
            }
        }
    }

    [[nodiscard]] bool is_there(std::size_t window) const {
        return is_window_of(api_, windows_[window].window, windows_[window].pid);
    }
    [[nodiscard]] bool is_over() const {
        return votes_.is_complete() || (until_refusal_ && votes_.has_refusal());
    }

    static inline Question* current_ = nullptr;
    static inline ULONG_PTR next_ = 0;  // number of the next window that is asked

    const UserApi& api_;
    Votes votes_;
    bool until_refusal_;
    ULONG_PTR first_;
    std::vector<TopWindow> windows_;  // by the numbers of votes_
};

}  // namespace

std::vector<engine::Vote> ask_windows(const UserApi& api, std::span<const std::uint32_t> pids,
                                      const WindowMessage& message, bool until_refusal,
                                      std::chrono::milliseconds limit) {
    Question question{api, pids, until_refusal};
    question.send(message);
    return question.wait(Clock::now() + limit);
}

}  // namespace rmb::win
