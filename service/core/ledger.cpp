#include "core/ledger.hpp"

#include "core/record_form.hpp"
#include "core/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rmb::core {
namespace {

constexpr std::uint32_t kMagic = 0x4C424D52;  // "RMBL"
constexpr std::uint32_t kVersion = 2;
constexpr std::string_view kNamePrefix = "ledger-";

constexpr std::array<std::string_view, 6> kStages{"stopping",  "stopped", "created",
                                                  "restarted", "left",    "failed"};

constexpr std::array kTypes{AppType::unknown, AppType::main_window, AppType::other_window,
                            AppType::service, AppType::explorer,    AppType::console,
                            AppType::critical};

void write_flag(RecordWriter& out, bool value) {
    out.number(std::uint8_t{value});
}

bool read_flag(RecordReader& in) {
    const auto value = in.number<std::uint8_t>();
    if (value > 1) {
        in.refuse();
    }
    return value == 1;
}

void write_application(RecordWriter& out, const Application& app) {
    out.process(app.process);
    out.text(app.program);
    out.text(app.user);
    out.number(app.windows_session);
    out.text(app.name);
    out.text(app.service);
    out.number(static_cast<std::uint32_t>(app.type));
    write_flag(out, app.is_restartable);
    out.number(app.status);
}

Application read_application(RecordReader& in) {
    Application app;
    app.process = in.process();
    app.program = in.text();
    app.user = in.text();
    app.windows_session = in.number<std::uint32_t>();
    app.name = in.text();
    app.service = in.text();
    app.type = static_cast<AppType>(in.number<std::uint32_t>());
    if (std::ranges::find(kTypes, app.type) == kTypes.end()) {
        in.refuse();
    }
    app.is_restartable = read_flag(in);
    app.status = in.number<std::uint32_t>();
    return app;
}

void write_dependent(RecordWriter& out, const Dependent& dependent) {
    out.text(dependent.service);
    out.process(dependent.process);
    out.text(dependent.program);
    write_flag(out, dependent.is_filtered);
}

Dependent read_dependent(RecordReader& in) {
    Dependent dependent;
    dependent.service = in.text();
    dependent.process = in.process();
    dependent.program = in.text();
    dependent.is_filtered = read_flag(in);
    return dependent;
}

void write_entry(RecordWriter& out, const LedgerEntry& entry) {
    write_application(out, entry.app);
    out.number(static_cast<std::uint8_t>(entry.stage));
    write_flag(out, entry.was_elevated);
    write_flag(out, entry.was_told);
    write_flag(out, entry.is_filtered);
    out.text(entry.command_line);
    out.text(entry.directory);
    out.count(entry.dependents.size());
    for (const auto& dependent : entry.dependents) {
        write_dependent(out, dependent);
    }
    out.process(entry.started);
    out.text(entry.why);
}

LedgerEntry read_entry(RecordReader& in) {
    LedgerEntry entry;
    entry.app = read_application(in);
    const auto stage = in.number<std::uint8_t>();
    if (stage >= kStages.size()) {
        in.refuse();
    }
    entry.stage = static_cast<Stage>(stage);
    entry.was_elevated = read_flag(in);
    entry.was_told = read_flag(in);
    entry.is_filtered = read_flag(in);
    entry.command_line = in.text();
    entry.directory = in.text();
    entry.dependents = in.list([&] { return read_dependent(in); });
    entry.started = in.process();
    entry.why = in.text();
    return entry;
}

bool fits(const std::string& text) {
    return text.size() <= kMaxLedgerText;
}

bool fits(const LedgerEntry& entry) {
    return fits(entry.app.program) && fits(entry.app.user) && fits(entry.app.name) &&
           fits(entry.app.service) && fits(entry.command_line) && fits(entry.directory) &&
           fits(entry.why) && entry.dependents.size() <= kMaxLedgerDependents &&
           std::ranges::all_of(entry.dependents, [](const Dependent& dependent) {
               return fits(dependent.service) && fits(dependent.program);
           });
}

}  // namespace

std::string_view to_string(Stage stage) {
    const auto index = static_cast<std::size_t>(stage);
    return index < kStages.size() ? kStages[index] : "unknown";
}

bool is_owed(const LedgerEntry& entry) {
    const bool is_done = entry.stage == Stage::restarted || entry.stage == Stage::left;
    const bool can_start =
        !entry.app.service.empty() || entry.app.is_restartable || !entry.command_line.empty();
    return !is_done && !entry.is_filtered && can_start;
}

bool is_owed(const Ledger& ledger) {
    return std::ranges::any_of(ledger.entries,
                               [](const LedgerEntry& entry) { return is_owed(entry); });
}

bool is_valid(const Ledger& ledger) {
    return parse_ledger_record_name(ledger_record_name(ledger.session)) &&
           fits(ledger.owner.user) && fits(ledger.installer_program) &&
           ledger.entries.size() <= kMaxLedgerEntries &&
           std::ranges::all_of(ledger.entries,
                               [](const LedgerEntry& entry) { return fits(entry); });
}

Bytes encode(const Ledger& ledger) {
    RecordWriter out;
    out.number(kMagic);
    out.number(kVersion);
    out.text(ledger.session.text);
    out.text(ledger.owner.user);
    out.number(ledger.owner.windows_session);
    out.process(ledger.installer);
    out.text(ledger.installer_program);
    out.number(ledger.begun_ms);
    write_flag(out, ledger.is_orphan);
    out.count(ledger.entries.size());
    for (const auto& entry : ledger.entries) {
        write_entry(out, entry);
    }
    return std::move(out).take();
}

result<Ledger> decode_ledger(const Bytes& record) {
    const auto refuse = [](std::string_view why) {
        return Error{Code::bad_arguments, "stored ledger: " + std::string{why}};
    };
    RecordReader in{record};
    if (in.number<std::uint32_t>() != kMagic) {
        return refuse("not a ledger");
    }
    if (const auto version = in.number<std::uint32_t>(); version != kVersion) {
        return refuse("version " + std::to_string(version) + ", this service reads version " +
                      std::to_string(kVersion));
    }
    Ledger ledger;
    ledger.session.text = in.text();
    ledger.owner.user = in.text();
    ledger.owner.windows_session = in.number<std::uint32_t>();
    ledger.installer = in.process();
    ledger.installer_program = in.text();
    ledger.begun_ms = in.number<std::uint64_t>();
    ledger.is_orphan = read_flag(in);
    ledger.entries = in.list([&] { return read_entry(in); });
    if (!in.ok() || !in.at_end()) {
        return refuse("its length does not fit its content, or an entry cannot be");
    }
    if (!is_valid(ledger)) {
        return refuse("a hash that cannot be, or more than a ledger may hold");
    }
    return ledger;
}

std::string ledger_record_name(const proto::KeyHash& session) {
    return std::string{kNamePrefix} + session.text;
}

std::optional<proto::KeyHash> parse_ledger_record_name(std::string_view name) {
    if (!name.starts_with(kNamePrefix)) {
        return std::nullopt;
    }
    proto::KeyHash hash{std::string{name.substr(kNamePrefix.size())}};
    if (!is_session_record_name(session_record_name(hash))) {
        return std::nullopt;
    }
    return hash;
}

}  // namespace rmb::core
