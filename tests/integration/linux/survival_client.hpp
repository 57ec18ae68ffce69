#pragma once

#include "client/lib/caller.hpp"
#include "proto/identifiers.hpp"
#include "proto/methods.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace rmb::test {

/// One program that starts, joins and ends sessions while the broker dies under it, and keeps the
/// books outside the broker: what was acknowledged must be so, and nothing else. Every deviation is
/// a line in violations().
class SurvivalClient {
public:
    SurvivalClient(client::Caller& caller, std::uint32_t seed);

    /// One call, or two. `acknowledged` steps were answered.
    void step();
    /// After the last crash: everything in the books against the broker.
    void verify();
    /// Ends what is left, each with its answer checked.
    void end_all();

    [[nodiscard]] const std::vector<std::string>& violations() const {
        return violations_;
    }
    [[nodiscard]] std::size_t open_sessions() const {
        return open_.size();
    }
    [[nodiscard]] std::size_t open_joins() const;
    [[nodiscard]] std::size_t calls() const {
        return calls_;
    }
    /// Calls that left more than once: the broker died before it answered.
    [[nodiscard]] std::size_t repeats() const {
        return repeats_;
    }

private:
    struct Joined {
        proto::Token token;
        std::uint32_t handle;
    };
    struct Open {
        proto::Token token;
        std::uint32_t handle;
        std::string key;
        std::vector<Joined> joins;
    };

    template <class M>
    proto::result<typename M::Result> call(const typename M::Params& params);
    void start();
    void join(Open& session);
    void repeat_start(const Open& session);
    void repeat_join(const Open& session, const Joined& joined);
    void leave(Open& session);
    void end(std::size_t index);
    /// Ends a handle that is open in the books.
    void end_handle(std::uint32_t handle, const char* what);
    void expect_gone(std::uint32_t handle);
    void violation(const std::string& what);
    std::size_t below(std::size_t count);

    client::Caller& caller_;
    std::mt19937 random_;
    std::vector<Open> open_;
    std::vector<std::uint32_t> ended_;  // handles that were acknowledged as ended
    std::vector<std::string> violations_;
    std::size_t calls_ = 0;
    std::size_t repeats_ = 0;
    bool last_was_repeated_ = false;
};

}  // namespace rmb::test
