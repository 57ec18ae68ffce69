#pragma once

#include "harness/wait.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::e2e {

/// The file in which the programs of a test say what happens to them, in the order in which it did
/// (app/test_program.hpp).
class Report {
public:
    explicit Report(std::filesystem::path file) : file_(std::move(file)) {}

    [[nodiscard]] const std::filesystem::path& file() const {
        return file_;
    }
    [[nodiscard]] std::vector<std::string> lines() const;
    /// Lines that begin so.
    [[nodiscard]] std::size_t count(std::string_view begin) const;
    /// Where the first of them stands; npos where there is none.
    [[nodiscard]] std::size_t place(std::string_view begin) const;
    /// False when there are not so many in time.
    [[nodiscard]] bool wait_for(std::string_view begin, std::size_t count = 1,
                                Milliseconds patience = kPatience) const;

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

    /// A "started" line.
    struct Start {
        int version = 0;
        DWORD pid = 0;
        std::string folder;
    };
    /// Of the program of that name, in their order.
    [[nodiscard]] std::vector<Start> starts_of(const std::string& name) const;
    [[nodiscard]] std::vector<Start> all_starts() const;

    /// The whole of it, to be shown where a test fails.
    [[nodiscard]] std::string all() const;

private:
    std::filesystem::path file_;
};

}  // namespace rmb::e2e
