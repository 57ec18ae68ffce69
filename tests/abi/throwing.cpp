// What C cannot do itself: throws and catches in the calling thread.
#include <exception>
#include <new>

namespace rmb::client {
void release_runtime_threads();
}  // namespace rmb::client

extern "C" int throw_and_catch() {
    try {
        throw std::bad_alloc{};
    } catch (const std::exception&) {
        return std::uncaught_exceptions() == 0 ? 1 : 0;
    }
}

extern "C" void release_runtime_threads() {
    rmb::client::release_runtime_threads();
}
