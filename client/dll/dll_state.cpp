#include "client/dll/dll_state.hpp"

#include "client/lib/lock.hpp"

#include <atomic>
#include <mutex>

namespace rmb::client {
namespace {

// Plain data without destructors: at the end of a process nothing is torn down, other threads may
// have been stopped anywhere. At FreeLibrary release_dll_state() does it.
constinit Lock building;
constinit std::atomic<DllState*> state = nullptr;

}  // namespace

DllState::DllState()
    : policy_(load_policy()),
      back_end_(choose_back_end(query_service(), policy_)),
      dialer_(make_local_dialer(policy_, clock_)),
      caller_(*dialer_, clock_, policy_.timeouts),
      broker_(caller_, &new_token) {
    if (back_end_ == BackEnd::system && !system_.load()) {
        back_end_ = BackEnd::none;
    }
}

DllState& dll_state() {
    if (auto* existing = state.load(std::memory_order_acquire)) {
        return *existing;
    }
    const std::lock_guard guard{building};
    auto* made = state.load(std::memory_order_relaxed);
    if (made == nullptr) {
        made = std::make_unique<DllState>().release();
        state.store(made, std::memory_order_release);
    }
    return *made;
}

void release_dll_state() {
    const std::unique_ptr<DllState> last{state.exchange(nullptr)};
}

}  // namespace rmb::client
