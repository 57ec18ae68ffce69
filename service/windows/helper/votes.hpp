#pragma once

#include "engine/session_agent.hpp"

#include <cstddef>
#include <vector>

namespace rmb::win {

/// What the windows of several processes say to one question, and what that means of each process:
/// refused where one window says no; else silent where one that still exists has not answered;
/// no_window where there was none to ask; else agreed. Pure.
class Votes {
public:
    explicit Votes(std::size_t processes) : windows_of_(processes) {}

    /// A window that is asked; its number, counted from 0.
    std::size_t add_window(std::size_t process);

    void answered(std::size_t window, bool yes);
    /// It was destroyed without an answer.
    void gone(std::size_t window);
    /// It cannot be asked, so nobody need wait for it.
    void unreachable(std::size_t window);

    [[nodiscard]] bool is_open(std::size_t window) const;
    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] bool has_refusal() const;
    /// One a process.
    [[nodiscard]] std::vector<engine::Vote> count() const;

private:
    enum class Answer { open, yes, no, gone, unreachable };

    [[nodiscard]] engine::Vote count(const std::vector<std::size_t>& windows) const;
    [[nodiscard]] bool has(const std::vector<std::size_t>& windows, Answer answer) const;

    std::vector<Answer> answers_;                       // by window
    std::vector<std::vector<std::size_t>> windows_of_;  // by process
};

}  // namespace rmb::win
