#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rmb::bench {

struct Options {
    /// Round trips of each side in one round; the sides take turns, round by round.
    std::size_t round_trips = 500;
    std::size_t rounds = 20;
    std::size_t memory_connections = 2'000;
    std::size_t memory_sessions = 10'000;
    std::chrono::milliseconds throughput_time{1'000};
};

/// One line of the report.
struct Row {
    std::string what;
    double value = 0;
    std::string unit;
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

/// Median times in microseconds of two ways to do the same. They take turns, so that what else the
/// machine does hits both.
struct Comparison {
    double subject = 0;
    double reference = 0;
};
template <class Subject, class Reference>
[[nodiscard]] Comparison compare(const Options& options, Subject subject, Reference reference) {
    using Microseconds = std::chrono::duration<double, std::micro>;
    const auto time_each = [&](auto& work, std::vector<double>& samples) {
        for (std::size_t n = 0; n < options.round_trips; ++n) {
            const auto begun = std::chrono::steady_clock::now();
            work();
            samples.push_back(Microseconds{std::chrono::steady_clock::now() - begun}.count());
        }
    };
    std::vector<double> subject_samples;
    std::vector<double> reference_samples;
    for (std::size_t round = 0; round < options.rounds; ++round) {
        time_each(reference, reference_samples);
        time_each(subject, subject_samples);
    }
    return {median(subject_samples), median(reference_samples)};
}

}  // namespace rmb::bench
