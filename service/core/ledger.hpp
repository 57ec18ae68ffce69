#pragma once

#include "core/application.hpp"
#include "core/ports.hpp"
#include "proto/identifiers.hpp"
#include "proto/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::core {

/// How far a program of a ledger has come. Each stage is stored before the act that it names.
enum class Stage : std::uint8_t {
    stopping,  // is about to be told; after a crash, whether its process lives tells the rest
    stopped,   // by us, or ended while we were at it: can be started again
    created,   // `started` exists and has not been let run
    restarted,
    left,   // it did not stop, or is not to be started: nothing is owed to it
    failed  // could not be started: is still owed
};
[[nodiscard]] std::string_view to_string(Stage stage);

/// A service that was stopped since it depended on another. The rest is what filters go by.
struct Dependent {
    std::string service;
    ProcessKey process;        // where it ran
    std::string program;       // and of what
    bool is_filtered = false;  // RmNoRestart

    bool operator==(const Dependent&) const = default;
};

/// What is needed to start a stopped program again, and what became of it.
struct LedgerEntry {
    Application app;
    Stage stage = Stage::stopping;
    bool was_elevated = false;
    bool was_told = false;     // to end, earlier, or dependents were: whatever it did since
    bool is_filtered = false;  // RmNoRestart
    std::string command_line;  // whole, to start it with; secret
    std::string directory;     // its current one
    std::vector<Dependent> dependents;  // of a service: stopped before it, in this order
    ProcessKey started;                 // from `created` on
    std::string why;                    // it was not stopped or not started; for people

    bool operator==(const LedgerEntry&) const = default;
};

/// What one session stopped (DESIGN 5). Kept apart from the session: it outlives it when the
/// primary dies between shutdown and restart.
struct Ledger {
    proto::KeyHash session;
    UserSession owner;
    ProcessKey installer;
    std::string installer_program;
    std::uint64_t begun_ms = 0;        // since 1970, UTC
    bool is_orphan = false;            // without a session: nobody but a person restarts it
    std::vector<LedgerEntry> entries;  // in the order of stopping

    bool operator==(const Ledger&) const = default;
};

/// Whether the entry is still to be started: stopping, stopped, created or failed; not filtered;
/// and there is a way to start it: a service, a registered program, or one whose command line is
/// known. Whether a program that had not registered may be started is a policy of that moment
/// (RestartUnregistered); until then it is owed, so that a person finds it.
[[nodiscard]] bool is_owed(const LedgerEntry& entry);
[[nodiscard]] bool is_owed(const Ledger& ledger);  // any entry

/// Bounds of what is stored. The text is the longest path or command line of Windows, in UTF-8.
inline constexpr std::size_t kMaxLedgerEntries = 4'096;
inline constexpr std::size_t kMaxLedgerDependents = 4'096;  // of one entry
inline constexpr std::size_t kMaxLedgerText = 3 * proto::kMaxStringUnits;
/// Within the bounds, and with a hash that can be.
[[nodiscard]] bool is_valid(const Ledger& ledger);

/// The stored form: little-endian, versioned.
[[nodiscard]] Bytes encode(const Ledger& ledger);
/// Refuses (bad_arguments) what encode() did not make of a valid ledger.
[[nodiscard]] result<Ledger> decode_ledger(const Bytes& record);

/// The store's name for a ledger.
[[nodiscard]] std::string ledger_record_name(const proto::KeyHash& session);
/// nullopt for a name that ledger_record_name() does not make.
[[nodiscard]] std::optional<proto::KeyHash> parse_ledger_record_name(std::string_view name);

}  // namespace rmb::core
