#pragma once

#include "client/lib/caller.hpp"
#include "client/lib/server_facts.hpp"
#include "proto/methods.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What an administrator can set for the clients of a machine: values of the key
/// HKLM\SOFTWARE\Policies\rmbroker (64-bit view), and nothing else, as whoever names the pipe
/// decides whom installers trust.
namespace rmb::client {

enum class WhenNotInstalled { use_system, fail };

struct Policy {
    std::string pipe_name{kDefaultPipeName};  // PipeName, REG_SZ; on Linux the socket's path
    Timeouts timeouts;                        // ConnectTimeoutMs, CallTimeoutMs, SilenceTimeoutMs
    WhenNotInstalled when_not_installed = WhenNotInstalled::use_system;  // "system" | "fail"
    Trust trust = Trust::service_only;  // AcceptConsoleBroker, REG_DWORD 1

    bool operator==(const Policy&) const = default;
};

/// Where the values stand. nullopt: there is none of that name.
class PolicySource {
public:
    virtual ~PolicySource() = default;
    /// A value of a type that no policy has, or that cannot be read.
    struct Unusable {};
    using Value = std::variant<std::uint32_t, std::string, Unusable>;
    [[nodiscard]] virtual std::optional<Value> read(std::string_view name) = 0;
};

/// Values that are wrong are ignored in favour of the default, and named in `problems` if given.
[[nodiscard]] Policy read_policy(PolicySource& source,
                                 std::vector<proto::Problem>* problems = nullptr);

enum class BackEnd { broker, system, none };

/// Who carries out Restart Manager calls in this process: decided once and kept (DESIGN 7).
[[nodiscard]] BackEnd choose_back_end(const ServiceFacts& service, const Policy& policy);

}  // namespace rmb::client
