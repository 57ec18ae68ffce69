#pragma once

#include "proto/error.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

/// What tests ask of a result<T>, and how GoogleTest prints codes.
namespace rmb::proto {

inline void PrintTo(Code code, std::ostream* out) {
    *out << code_name(code) << " (" << static_cast<std::int32_t>(code) << ")";
}

}  // namespace rmb::proto

namespace rmb::test {

/// Code::ok where there is a value.
template <class T>
[[nodiscard]] proto::Code code_of(const proto::result<T>& outcome) {
    return outcome ? proto::Code::ok : outcome.error().code;
}

template <class T>
[[nodiscard]] std::string subject_of(const proto::result<T>& outcome) {
    return outcome ? std::string{} : outcome.error().subject;
}

/// The other end of a completion: how often it was called, and with what last. Must outlive the
/// completions it gave out.
template <class T>
class Answer {
public:
    Answer() = default;
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;

    /// `also` runs inside the completion, after the answer was noted.
    [[nodiscard]] std::function<void(proto::result<T>)> completion(
        std::function<void()> also = {}) {
        return [this, also = std::move(also)](proto::result<T> outcome) {
            ++times_;
            outcome_ = std::move(outcome);
            if (also) {
                also();
            }
        };
    }

    [[nodiscard]] int times() const {
        return times_;
    }
    [[nodiscard]] bool came() const {
        return times_ == 1;
    }
    /// Only once it came.
    [[nodiscard]] const proto::result<T>& outcome() const {
        return outcome_.value();
    }
    /// internal_error, which core never answers, where the answer did not come exactly once.
    [[nodiscard]] proto::Code code() const {
        return came() ? code_of(*outcome_) : proto::Code::internal_error;
    }
    [[nodiscard]] std::string subject() const {
        return came() ? subject_of(*outcome_) : "none";
    }

private:
    int times_ = 0;
    std::optional<proto::result<T>> outcome_;
};

}  // namespace rmb::test
