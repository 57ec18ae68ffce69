#include "bench.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

namespace {

void print(const rmb::bench::Table& table) {
    std::printf("%-56s %12s %-8s %12s %7s %7s\n", "what", "value", "unit", "reference", "ratio",
                "goal");
    for (const auto& row : table) {
        if (!row.value) {
            std::printf("%-56s %12s\n", row.what.c_str(), "left out");
            continue;
        }
        std::printf("%-56s %12.1f %-8s", row.what.c_str(), *row.value, row.unit.c_str());
        if (row.reference) {
            std::printf(" %12.1f %7.2f", *row.reference, *row.value / *row.reference);
        } else {
            std::printf(" %12s %7s", "", "");
        }
        if (row.goal) {
            const auto reached = row.reference ? *row.value / *row.reference : *row.value;
            std::printf(" %7.1f%s", *row.goal, reached <= *row.goal ? "" : "  missed");
        }
        std::printf("\n");
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures the broker against the least that its transport costs."};
    rmb::bench::Options options;
    app.add_option("--part", options.parts, "calls, lists, stop, helper; may be repeated")
        ->check(CLI::IsMember({"calls", "lists", "stop", "helper"}));
    app.add_option("--rounds", options.rounds, "rounds in which both sides take turns");
    app.add_option("--round-trips", options.round_trips, "round trips of each side in a round");
    app.add_option("--connections", options.memory_connections,
                   "idle connections for the memory of one");
    app.add_option("--sessions", options.memory_sessions, "sessions for the memory of one");
    app.add_option("--slow-rounds", options.slow_rounds,
                   "rounds of what takes milliseconds: lists, stops");
    app.add_option("--files", options.most_files, "largest number of registered files");
    app.add_option("--folders", options.most_folders, "largest number of folders that are made");
    app.add_option("--processes", options.processes, "processes that run while lists are measured")
        ->check(CLI::PositiveNumber);
    app.add_option("--windows", options.windows, "programs that are stopped together");
    CLI11_PARSE(app, argc, argv);
    try {
        print(rmb::bench::run_all(options));
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "rmb-bench: %s\n", failure.what());
        return 1;
    }
    return 0;
}
