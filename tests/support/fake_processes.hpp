#pragma once

#include "core/ports.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace rmb::test {

/// The processes that run, and who watches them. A callback is destroyed with its registration, as
/// FakeClock's is.
class FakeProcesses final : public core::ProcessWatch {
public:
    /// A process starts; a pid that ran before may come again with another start time.
    core::ProcessKey run(std::uint32_t pid, std::uint64_t start_time = 1'000) {
        alive_[pid] = start_time;
        return {pid, start_time};
    }

    /// The process ends and its watchers are told.
    void kill(std::uint32_t pid) {
        const auto found = alive_.find(pid);
        if (found == alive_.end()) {
            return;
        }
        const core::ProcessKey process{pid, found->second};
        alive_.erase(found);
        while (const auto number = next_watch_of(process)) {
            auto& watch = watches_.at(*number);
            watch.told = true;
            watch.ended();
        }
    }

    /// The process ends while the service does not run: nobody is told.
    void kill_unseen(std::uint32_t pid) {
        alive_.erase(pid);
    }

    core::result<core::RegistrationPtr> watch(const core::ProcessKey& process,
                                              std::function<void()> ended) override {
        if (failure) {
            return *failure;
        }
        const auto found = alive_.find(process.pid);
        if (found == alive_.end() || found->second != process.start_time) {
            return core::Error{core::Code::file_not_found, "no such process"};
        }
        watches_.emplace(++last_number_, Watch{process, std::move(ended)});
        return core::RegistrationPtr{std::make_unique<Held>(*this, last_number_)};
    }

    /// Processes held open.
    [[nodiscard]] std::size_t watched() const {
        return watches_.size();
    }

    /// What every watch() answers, while it is set.
    std::optional<core::Error> failure;

private:
    struct Watch {
        core::ProcessKey process;
        std::function<void()> ended;
        bool told = false;
    };
    class Held final : public core::Registration {
    public:
        Held(FakeProcesses& processes, std::uint64_t number)
            : processes_(processes), number_(number) {}
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        ~Held() override {
            processes_.watches_.erase(number_);
        }

    private:
        FakeProcesses& processes_;
        std::uint64_t number_;
    };

    [[nodiscard]] std::optional<std::uint64_t> next_watch_of(
        const core::ProcessKey& process) const {
        for (const auto& [number, watch] : watches_) {
            if (watch.process == process && !watch.told) {
                return number;
            }
        }
        return std::nullopt;
    }

    std::map<std::uint32_t, std::uint64_t> alive_;
    std::map<std::uint64_t, Watch> watches_;
    std::uint64_t last_number_ = 0;
};

}  // namespace rmb::test
