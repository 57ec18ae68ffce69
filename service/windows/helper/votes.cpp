#include "windows/helper/votes.hpp"

#include <algorithm>

namespace rmb::win {

std::size_t Votes::add_window(std::size_t process) {
    const std::size_t window = answers_.size();
    answers_.push_back(Answer::open);
    windows_of_[process].push_back(window);
    return window;
}

void Votes::answered(std::size_t window, bool yes) {
    answers_[window] = yes ? Answer::yes : Answer::no;
}

void Votes::gone(std::size_t window) {
    answers_[window] = Answer::gone;
}

void Votes::unreachable(std::size_t window) {
    answers_[window] = Answer::unreachable;
}

bool Votes::is_open(std::size_t window) const {
    return answers_[window] == Answer::open;
}

bool Votes::is_complete() const {
    return std::ranges::find(answers_, Answer::open) == answers_.end();
}

bool Votes::has_refusal() const {
    return std::ranges::find(answers_, Answer::no) != answers_.end();
}

bool Votes::has(const std::vector<std::size_t>& windows, Answer answer) const {
    return std::ranges::any_of(windows,
                               [&](std::size_t window) { return answers_[window] == answer; });
}

engine::Vote Votes::count(const std::vector<std::size_t>& windows) const {
    if (windows.empty()) {
        return engine::Vote::no_window;
    }
    if (has(windows, Answer::no)) {
        return engine::Vote::refused;
    }
    return has(windows, Answer::open) || has(windows, Answer::unreachable) ? engine::Vote::silent
                                                                           : engine::Vote::agreed;
}

std::vector<engine::Vote> Votes::count() const {
    std::vector<engine::Vote> votes;
    votes.reserve(windows_of_.size());
    for (const auto& windows : windows_of_) {
        votes.push_back(count(windows));
    }
    return votes;
}

}  // namespace rmb::win
