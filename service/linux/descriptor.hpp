#pragma once

#include <unistd.h>

#include <utility>

namespace rmb::os_linux {

/// Owns a file descriptor; a negative one is none.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value_ >= 0) {
            close(value_);
        }
    }

    [[nodiscard]] int get() const {
        return value_;
    }
    [[nodiscard]] explicit operator bool() const {
        return value_ >= 0;
    }
    int release() {
        return std::exchange(value_, -1);
    }

private:
    int value_ = -1;
};

}  // namespace rmb::os_linux
