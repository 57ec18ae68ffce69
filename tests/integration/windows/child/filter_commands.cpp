#include "child/target.hpp"
#include "child/task_commands.hpp"
#include "child/text.hpp"

#include <cstddef>
#include <cstring>
#include <utility>

namespace rmb::e2e {
namespace {

/// The three places of a filter's target; NULL where there is none.
struct FilterArguments {
    explicit FilterArguments(Targets given) : targets(std::move(given)) {}

    [[nodiscard]] LPCWSTR file() const {
        return targets.files.empty() ? nullptr : targets.files.front()->c_str();
    }
    [[nodiscard]] RM_UNIQUE_PROCESS* process() {
        return targets.processes.empty() ? nullptr : targets.processes.data();
    }
    [[nodiscard]] LPCWSTR service() const {
        return targets.services.empty() ? nullptr : targets.services.front().c_str();
    }

    Targets targets;
};

/// The buffer of RmGetFilterList, read without trust.
class FilterBuffer {
public:
    explicit FilterBuffer(std::size_t size) : bytes_(size) {}

    [[nodiscard]] BYTE* data() {
        return bytes_.empty() ? nullptr : bytes_.data();
    }

    /// |ACTION TRIGGER TARGET for each record; "|outside" where it leaves the buffer.
    [[nodiscard]] std::string rows() const {
        std::string text;
        for (std::size_t at = 0;;) {
            RM_FILTER_INFO record{};
            if (at + sizeof record > bytes_.size()) {
                return text + "|outside";
            }
            std::memcpy(&record, bytes_.data() + at, sizeof record);
            text += "|" + std::to_string(static_cast<int>(record.FilterAction)) + " " +
                    std::to_string(static_cast<int>(record.FilterTrigger)) + " " + target(record);
            if (record.cbNextOffset == 0) {
                return text;
            }
            at += record.cbNextOffset;
        }
    }

private:
    [[nodiscard]] std::string target(const RM_FILTER_INFO& record) const {
        switch (record.FilterTrigger) {
            case RmFilterTriggerFile:
                return inside(record.strFilename);
            case RmFilterTriggerProcess:
                return text_of(record.Process.dwProcessId) + ":" +
                       std::to_string(to_number(record.Process.ProcessStartTime));
            case RmFilterTriggerService:
                return inside(record.strServiceShortName);
            default:
                return "invalid";
        }
    }

    [[nodiscard]] std::string inside(const WCHAR* text) const {
        const auto* const end = bytes_.data() + bytes_.size();
        std::string ascii;
        for (const auto* at = text;; ++at) {
            const auto* const byte = reinterpret_cast<const BYTE*>(at);
            if (byte < bytes_.data() || byte + sizeof(WCHAR) > end) {
                return "outside";
            }
            if (*at == 0) {
                return ascii;
            }
            ascii += narrow({at, 1});
        }
    }

    std::vector<BYTE> bytes_;
};

}  // namespace

std::string add_filter(const ClientDll& dll, const std::string& rest) {
    const auto parts = split(rest, '|');
    FilterArguments at{Targets::parse(parts, 2)};
    return text_of(dll.add_filter(number(parts.at(0)), at.file(), at.process(), at.service(),
                                  static_cast<RM_FILTER_ACTION>(number(parts.at(1)))));
}

std::string remove_filter(const ClientDll& dll, const std::string& rest) {
    const auto parts = split(rest, '|');
    FilterArguments at{Targets::parse(parts, 1)};
    return text_of(dll.remove_filter(number(parts.at(0)), at.file(), at.process(), at.service()));
}

std::string filters(const ClientDll& dll, const std::string& rest) {
    const auto words = split(rest, ' ');
    FilterBuffer buffer{number(words.at(1))};
    DWORD needed = 0;
    const auto code =
        dll.get_filter_list(number(words.at(0)), buffer.data(), number(words[1]), &needed);
    const bool has_rows = code == ERROR_SUCCESS && needed != 0;
    return text_of(code) + " " + text_of(needed) + (has_rows ? buffer.rows() : "");
}

}  // namespace rmb::e2e
