#pragma once

#include "core/ports.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::test {

/// Thrown out of a store call: the service dies there. Drop its Broker and make another one on the
/// same store.
struct StoreCrash {};

/// A store in memory, which outlives the brokers that use it.
class FakeStore final : public core::SessionStore {
public:
    enum class Op { put, erase, load };
    struct Call {
        Op op;
        std::string name;
        bool done;  // false where it was refused

        bool operator==(const Call&) const = default;
    };
    enum class Crash { before_write, after_write };

    core::result<void> put(std::string_view name, const core::Bytes& record) override {
        return write(Op::put, name, [&] { records.insert_or_assign(std::string{name}, record); });
    }

    core::result<void> erase(std::string_view name) override {
        return write(Op::erase, name, [&] { records.erase(std::string{name}); });
    }

    core::result<std::vector<std::pair<std::string, core::Bytes>>> load() override {
        calls.push_back({Op::load, {}, !load_refused});
        if (load_refused) {
            return core::Error{core::Code::write_fault, "the store cannot be read"};
        }
        return std::vector<std::pair<std::string, core::Bytes>>(records.begin(), records.end());
    }

    /// The next `count` writes (put or erase) answer write_fault and change nothing.
    void refuse_next(std::size_t count = 1) {
        refuse_after(0, count);
    }
    /// The same, of the writes after `accepted` more.
    void refuse_after(std::size_t accepted, std::size_t count = 1) {
        accepted_ = accepted;
        refusals_ = count;
    }
    /// The write after `count` more throws StoreCrash, before or after it took effect.
    void crash_after(std::size_t count, Crash when) {
        writes_until_crash_ = count + 1;
        crash_ = when;
    }
    void never_crash() {
        writes_until_crash_ = 0;
    }
    [[nodiscard]] std::size_t writes() const {
        return writes_;
    }

    std::map<std::string, core::Bytes> records;
    std::vector<Call> calls;
    bool load_refused = false;

private:
    template <class Write>
    core::result<void> write(Op op, std::string_view name, Write take_effect) {
        ++writes_;
        const bool refuse = refusals_ > 0 && accepted_ == 0;
        calls.push_back({op, std::string{name}, !refuse});
        if (refuse) {
            --refusals_;
            return core::Error{core::Code::write_fault, "the store refuses"};
        }
        accepted_ -= accepted_ > 0 ? 1 : 0;
        const bool crash = writes_until_crash_ > 0 && --writes_until_crash_ == 0;
        if (crash && crash_ == Crash::before_write) {
            throw StoreCrash{};
        }
        take_effect();
        if (crash) {
            throw StoreCrash{};
        }
        return {};
    }

    std::size_t accepted_ = 0;
    std::size_t refusals_ = 0;
    std::size_t writes_ = 0;
    std::size_t writes_until_crash_ = 0;
    Crash crash_ = Crash::before_write;
};

}  // namespace rmb::test
