#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"
#include "core/resources.hpp"
#include "proto/identifiers.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rmb::core {

/// What one call of RmRegisterResources registered, and who: what a secondary registered is opened
/// with the secondary's rights, also after it has left (DESIGN 6).
struct Registered {
    ProcessKey process;
    std::uint32_t handle = 0;
    proto::Token token{};
    Resources resources;
    /// The registrant's, for naming what he registered; not stored: null after the service died,
    /// and then the primary's own rights have to do, which lend nothing to anybody.
    std::shared_ptr<const Rights> rights = nullptr;

    bool operator==(const Registered& other) const {
        return process == other.process && handle == other.handle && token == other.token &&
               resources == other.resources;
    }
};

/// The stored form: little-endian, versioned. The token is in it, so that one put makes both the
/// registration and the answer that a repeat gets.
[[nodiscard]] Bytes encode(const Registered& registered);

/// Refuses (bad_arguments) what encode() did not make.
[[nodiscard]] result<Registered> decode_registered(const Bytes& record);

/// The store's name for a registration: `<name of the session's record>.r<number>`.
struct RegisteredName {
    std::string session;
    std::uint32_t number = 0;
};
[[nodiscard]] std::string to_string(const RegisteredName& name);

/// nullopt for a name that to_string() does not make of any session's.
[[nodiscard]] std::optional<RegisteredName> parse_registered_name(std::string_view name);

}  // namespace rmb::core
