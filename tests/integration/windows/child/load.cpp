#include "child/load.hpp"

#include <algorithm>
#include <utility>

namespace rmb::e2e {
namespace {

std::size_t below(std::mt19937_64& random, std::size_t count) {
    return std::uniform_int_distribution<std::size_t>{0, count - 1}(random);
}

}  // namespace

Load::~Load() {
    running_ = false;
    for (auto& thread : threads_) {
        thread.join();
    }
}

void Load::run(std::uint64_t seed, std::vector<std::string> keys) {
    keys_ = std::move(keys);
    running_ = true;
    for (int i = 0; i < kThreads; ++i) {
        threads_.emplace_back(
            [this, seed, i] { work(seed * kThreads + static_cast<unsigned>(i)); });
    }
}

void Load::work(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    while (running_) {
        switch (below(random, 5)) {
            case 0:
            case 1:
                start();
                break;
            case 2:
                end(open_, random);
                break;
            case 3:
                join(random);
                break;
            default:
                end(joined_, random);
                break;
        }
    }
}

void Load::start() {
    {
        const std::lock_guard lock{mutex_};
        if (open_.size() + pending_open_ >= kMaxOpen) {
            return;
        }
        ++pending_open_;
    }
    StartArguments arguments;
    const auto begun = GetTickCount64();
    const auto code = dll_.start_session(&arguments.handle, 0, arguments.buffer.data());
    count("start", code, begun);
    const std::lock_guard lock{mutex_};
    --pending_open_;
    if (code == ERROR_SUCCESS) {
        open_.push_back({arguments.handle, arguments.key()});
    }
}

void Load::join(std::mt19937_64& random) {
    {
        const std::lock_guard lock{mutex_};
        if (keys_.empty() || joined_.size() + pending_joined_ >= kMaxJoined) {
            return;
        }
        ++pending_joined_;
    }
    const auto& key = keys_[below(random, keys_.size())];
    DWORD handle = 0;
    const std::wstring wide{key.begin(), key.end()};
    const auto begun = GetTickCount64();
    const auto code = dll_.join_session(&handle, wide.c_str());
    count("join", code, begun);
    const std::lock_guard lock{mutex_};
    --pending_joined_;
    if (code == ERROR_SUCCESS) {
        joined_.push_back({handle, key});
    }
}

void Load::end(std::vector<Membership>& from, std::mt19937_64& random) {
    std::unique_lock lock{mutex_};
    if (from.empty()) {
        return;
    }
    std::swap(from[below(random, from.size())], from.back());
    const auto membership = std::move(from.back());
    from.pop_back();
    lock.unlock();
    end(membership);
}

void Load::end(const Membership& membership) {
    const auto begun = GetTickCount64();
    count("end", dll_.end_session(membership.handle), begun);
}

void Load::count(const char* call, DWORD code, ULONGLONG begun) {
    const auto took = GetTickCount64() - begun;
    const std::lock_guard lock{mutex_};
    ++calls_;
    slowest_ms_ = std::max(slowest_ms_, took);
    if (code != ERROR_SUCCESS && failed_++ == 0) {
        first_failure_ = std::string{call} + "-gave-" + std::to_string(code);
    }
}

std::string Load::counts() const {
    return "calls=" + std::to_string(calls_) + " failed=" + std::to_string(failed_) +
           " first=" + first_failure_;
}

std::string Load::quiet() {
    running_ = false;
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    const std::lock_guard lock{mutex_};
    const auto list = [](const std::vector<Membership>& memberships) {
        std::string text;
        for (const auto& membership : memberships) {
            text += (text.empty() ? "" : ",") + std::to_string(membership.handle) + ":" +
                    membership.key;
        }
        return text;
    };
    return counts() + " slowest=" + std::to_string(slowest_ms_) + " open=" + list(open_) +
           " joined=" + list(joined_);
}

std::string Load::end_all() {
    for (auto* from : {&joined_, &open_}) {
        for (const auto& membership : std::exchange(*from, {})) {
            end(membership);
        }
    }
    return counts();
}

}  // namespace rmb::e2e
