#include "rpc/work_pool.hpp"

#include <algorithm>
#include <utility>

namespace rmb::rpc {

WorkPool::~WorkPool() {
    threads_.join();
    // What is dropped may let a call in that was waiting, and so make new work.
    while (!kept_.empty()) {
        std::exchange(kept_, {}).clear();
    }
}

void WorkPool::enqueue(const std::string& user, Job job) {
    accounts_[user].waiting.push_back(std::move(job));
    start_next();
}

void WorkPool::finished(const std::string& user) {
    --running_;
    const auto account = accounts_.find(user);
    --account->second.running;
    if (account->second.running == 0 && account->second.waiting.empty()) {
        accounts_.erase(account);
    }
    start_next();
}

/// Whoever has least running is next.
void WorkPool::start_next() {
    while (running_ < kThreads) {
        Account* next = nullptr;
        for (auto& [user, account] : accounts_) {
            const bool may = !account.waiting.empty() && account.running < kThreadsPerUser;
            if (may && (next == nullptr || account.running < next->running)) {
                next = &account;
            }
        }
        if (next == nullptr) {
            return;
        }
        ++running_;
        ++next->running;
        boost::asio::post(threads_, std::move(next->waiting.front()));
        next->waiting.pop_front();
    }
}

}  // namespace rmb::rpc
