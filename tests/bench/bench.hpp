#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rmb::bench {

struct Options {
    /// "calls", "lists", "stop", "helper"; empty: all that the platform has.
    std::vector<std::string> parts;
    /// Round trips of each side in one round; the sides take turns, round by round.
    std::size_t round_trips = 500;
    std::size_t rounds = 20;
    std::size_t memory_connections = 2'000;
    std::size_t memory_sessions = 10'000;
    std::chrono::milliseconds throughput_time{1'000};
    /// Of what takes milliseconds or more.
    std::size_t slow_rounds = 7;
    std::size_t most_files = 50'000;
    /// Layouts with more folders are left out: to make them takes longer than to measure them.
    std::size_t most_folders = 1'000;
    /// That run while lists are measured; one of them holds a file.
    std::size_t processes = 50;
    /// That are stopped together.
    std::size_t windows = 20;

    [[nodiscard]] bool wants(const std::string& part) const {
        return parts.empty() || std::ranges::find(parts, part) != parts.end();
    }
};

/// One line of the report.
struct Row {
    std::string what;
    /// Nothing where it was left out.
    std::optional<double> value = std::nullopt;
    std::string unit = {};
    /// The same of what it is measured against in the same run.
    std::optional<double> reference = std::nullopt;
    /// Largest ratio, or value where there is no reference, that was hoped for.
    std::optional<double> goal = std::nullopt;
};
using Table = std::vector<Row>;

/// Runs the measurements of this platform: linux_bench.cpp or windows_bench.cpp.
[[nodiscard]] Table run_all(const Options& options);

template <class T>
[[nodiscard]] T median(std::vector<T> samples) {
    const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
    std::ranges::nth_element(samples, middle);
    return *middle;
}

/// Times of one operation.
class Samples {
public:
    template <class Operation>
    void take(Operation operation) {
        const auto begun = std::chrono::steady_clock::now();
        operation();
        add(std::chrono::steady_clock::now() - begun);
    }
    void add(std::chrono::duration<double, std::micro> time) {
        times_.push_back(time.count());
    }
    /// Microseconds.
    [[nodiscard]] double middle() const {
        return median(times_);
    }
    [[nodiscard]] double middle_milliseconds() const {
        return middle() / 1'000;
    }

private:
    std::vector<double> times_;
};

/// Median times in microseconds of two ways to do the same. They take turns, so that what else the
/// machine does hits both.
struct Comparison {
    double subject = 0;
    double reference = 0;
};
template <class Subject, class Reference>
[[nodiscard]] Comparison compare(const Options& options, Subject subject, Reference reference) {
    const auto time_each = [&](auto& work, Samples& samples) {
        for (std::size_t n = 0; n < options.round_trips; ++n) {
            samples.take(work);
        }
    };
    Samples subject_samples;
    Samples reference_samples;
    for (std::size_t round = 0; round < options.rounds; ++round) {
        time_each(reference, reference_samples);
        time_each(subject, subject_samples);
    }
    return {subject_samples.middle(), reference_samples.middle()};
}

}  // namespace rmb::bench
