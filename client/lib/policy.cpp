#include "client/lib/policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rmb::client {
namespace {

using Value = PolicySource::Value;

struct Range {
    std::uint32_t least;
    std::uint32_t most;
};
constexpr Range kConnectRange{100, 120'000};
constexpr Range kCallRange{1'000, 600'000};
/// Shorter than an $/alive takes to come, every long call would be taken for lost.
constexpr Range kSilenceRange{proto::kAliveInterval.count() + 1'000, 600'000};

constexpr std::size_t kMaxLeafCharacters = 64;

bool is_leaf_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
}

bool is_protected_pipe(std::string_view name) {
    if (!name.starts_with(kProtectedPrefix)) {
        return false;
    }
    name.remove_prefix(kProtectedPrefix.size());
    return !name.empty() && name.size() <= kMaxLeafCharacters &&
           std::ranges::all_of(name, is_leaf_character);
}

class Reader {
public:
    Reader(PolicySource& source, std::vector<proto::Problem>* problems)
        : source_(source), problems_(problems) {}

    /// `take(value)` says whether the value was one it could use.
    template <class T, class Take>
    void read(std::string_view name, std::string_view expected, Take take) {
        const auto value = source_.read(name);
        if (!value) {
            return;
        }
        const auto* typed = std::get_if<T>(&*value);
        if ((typed == nullptr || !take(*typed)) && problems_ != nullptr) {
            problems_->push_back(
                {"policy " + std::string{name},
                 "ignored, the default holds: it must be " + std::string{expected}});
        }
    }

    void read_time(std::string_view name, Range range, Milliseconds& to) {
        const auto expected = "a DWORD from " + std::to_string(range.least) + " to " +
                              std::to_string(range.most) + " (milliseconds)";
        read<std::uint32_t>(name, expected, [&](std::uint32_t value) {
            if (value < range.least || value > range.most) {
                return false;
            }
            to = Milliseconds{value};
            return true;
        });
    }

private:
    PolicySource& source_;
    std::vector<proto::Problem>* problems_;
};

}  // namespace

Policy read_policy(PolicySource& source, std::vector<proto::Problem>* problems) {
    Policy policy;
    Reader reader{source, problems};
    reader.read<std::string>(
        "PipeName",
        std::string{kProtectedPrefix} + " and at most 64 letters, digits, '.', '-' or '_' (REG_SZ)",
        [&](const std::string& name) {
            const bool good = is_protected_pipe(name);
            policy.pipe_name = good ? name : policy.pipe_name;
            return good;
        });
    reader.read_time("ConnectTimeoutMs", kConnectRange, policy.timeouts.connect);
    reader.read_time("CallTimeoutMs", kCallRange, policy.timeouts.call);
    reader.read_time("SilenceTimeoutMs", kSilenceRange, policy.timeouts.silence);
    reader.read<std::string>("WhenNotInstalled", "\"system\" or \"fail\" (REG_SZ)",
                             [&](const std::string& choice) {
                                 const bool fail = choice == "fail";
                                 policy.when_not_installed =
                                     fail ? WhenNotInstalled::fail : WhenNotInstalled::use_system;
                                 return fail || choice == "system";
                             });
    reader.read<std::uint32_t>(
        "AcceptConsoleBroker", "0 or 1 (REG_DWORD)", [&](std::uint32_t value) {
            policy.trust = value == 1 ? Trust::console_too : Trust::service_only;
            return value <= 1;
        });
    return policy;
}

BackEnd choose_back_end(const ServiceFacts& service, const Policy& policy) {
    // A developer's console broker serves on machines where nothing is installed.
    if (service.answer != ServiceFacts::Answer::not_installed ||
        policy.trust == Trust::console_too) {
        return BackEnd::broker;
    }
    return policy.when_not_installed == WhenNotInstalled::use_system ? BackEnd::system
                                                                     : BackEnd::none;
}

}  // namespace rmb::client
