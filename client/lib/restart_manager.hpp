#pragma once

#include "client/lib/abi_codes.hpp"
#include "client/lib/caller.hpp"
#include "client/lib/lock.hpp"
#include "proto/error.hpp"
#include "proto/identifiers.hpp"
#include "proto/session_wire.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rmb::client {

/// Source of tokens; nullopt when the operating system gives no random bytes.
using MakeToken = std::optional<proto::Token> (*)();

/// What one RmRegisterResources names. Texts are UTF-8.
struct Resources {
    std::vector<std::string> files;  // full paths
    std::vector<proto::ProcessId> processes;
    std::vector<std::string> services;  // short names
};

/// 0 to 100, each higher than the one before.
using OnPercent = std::function<void(std::uint32_t)>;

/// Restart Manager's functions by the broker, without the ABI around them. The codes, also those of
/// errors, are those that Restart Manager documents for each function (see abi_codes.hpp). Does not
/// catch: std::bad_alloc comes out. Thread-safe.
class RestartManager {
public:
    /// `caller` must outlive it.
    explicit RestartManager(Caller& caller, MakeToken make_token);

    struct Session {
        std::uint32_t handle = 0;
        std::string key;  // 32 hex digits
    };
    struct Started {
        proto::Code code = proto::Code::ok;
        Session session;  // where code is ok
    };
    [[nodiscard]] Started start(std::uint32_t flags);

    struct Joined {
        proto::Code code = proto::Code::ok;
        std::uint32_t handle = 0;  // where code is ok
    };
    [[nodiscard]] Joined join(const std::string& key);

    [[nodiscard]] proto::Code end(std::uint32_t handle);

    /// All of it or nothing. out_of_memory, too, for more than one message can carry.
    [[nodiscard]] proto::Code register_resources(std::uint32_t handle, Resources resources);

    [[nodiscard]] proto::result<proto::ListResult> list(std::uint32_t handle);

    /// Both take any time, as long as the broker lives. `on_percent` may be empty; it is called on
    /// the calling thread, and its percentages rise across lost connections too.
    [[nodiscard]] proto::Code shutdown(std::uint32_t handle, std::uint32_t flags,
                                       const OnPercent& on_percent);
    [[nodiscard]] proto::Code restart(std::uint32_t handle, std::uint32_t flags,
                                      const OnPercent& on_percent);

    /// From another thread than that of the task.
    [[nodiscard]] proto::Code cancel(std::uint32_t handle);

    [[nodiscard]] proto::Code add_filter(std::uint32_t handle, proto::FilterTargetInfo target,
                                         std::uint32_t action);
    [[nodiscard]] proto::Code remove_filter(std::uint32_t handle, proto::FilterTargetInfo target);
    /// In the order in which the targets came.
    [[nodiscard]] proto::result<std::vector<proto::FilterInfo>> filters(std::uint32_t handle);

private:
    /// What is known of a handle that this process got.
    enum class Handle {
        open,
        presumed_ended,  // an end was lost, its repeat found nothing: reported as done
    };
    void remember(std::uint32_t handle);
    proto::Code ended(std::uint32_t handle);
    proto::Code not_found(std::uint32_t handle, bool repeated);
    template <class Method>
    proto::Code run_task(Function function, std::uint32_t handle, std::uint32_t flags,
                         const OnPercent& on_percent);

    Caller& caller_;
    const MakeToken make_token_;
    Lock lock_;
    std::map<std::uint32_t, Handle> handles_;
};

/// The text of a key in a caller's buffer: reads up to the first character that cannot be part of
/// one, so at most 33. nullopt unless these are 32 hex digits and a NUL.
template <class Character>
[[nodiscard]] std::optional<std::string> read_key(const Character* buffer) {
    std::string key;
    for (; key.size() < proto::SessionKey::kCharacters; ++buffer) {
        const auto unit = static_cast<std::uint32_t>(*buffer);
        const bool is_digit = (unit >= '0' && unit <= '9') || (unit >= 'a' && unit <= 'f') ||
                              (unit >= 'A' && unit <= 'F');
        if (!is_digit) {
            return std::nullopt;
        }
        key.push_back(static_cast<char>(unit));
    }
    if (*buffer != Character{}) {
        return std::nullopt;
    }
    return key;
}

}  // namespace rmb::client
