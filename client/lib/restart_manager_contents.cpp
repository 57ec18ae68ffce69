// RestartManager: what a session is about.
#include "client/lib/ask.hpp"
#include "client/lib/restart_manager.hpp"
#include "proto/limits.hpp"
#include "proto/methods.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

namespace rmb::client {
namespace {

using proto::Code;

/// Bytes of a text in JSON, with its quotes and comma.
std::size_t bytes_in_json(std::string_view text) {
    const auto of_character = [](std::size_t sum, char c) {
        const bool is_control = static_cast<unsigned char>(c) < 0x20U;
        return sum + (is_control ? 6U : (c == '"' || c == '\\' ? 2U : 1U));
    };
    return std::accumulate(text.begin(), text.end(), std::size_t{3}, of_character);
}

std::size_t bytes_in_json(const std::vector<std::string>& texts) {
    return std::accumulate(
        texts.begin(), texts.end(), std::size_t{0},
        [](std::size_t sum, const std::string& text) { return sum + bytes_in_json(text); });
}

/// Whether one message can carry it: the broker would refuse a longer frame by hanging up.
bool fits_one_message(const Resources& resources) {
    constexpr std::size_t kEnvelopeBytes = 512;
    constexpr std::size_t kEnvelopeValues = 16;
    constexpr std::size_t kProcessBytes =
        std::string_view{R"({"pid":4294967295,"startTime":"18446744073709551615"},)"}.size();
    constexpr std::size_t kProcessValues = 3;  // the object and its members
    const auto bytes = kEnvelopeBytes + bytes_in_json(resources.files) +
                       bytes_in_json(resources.services) +
                       resources.processes.size() * kProcessBytes;
    const auto values = kEnvelopeValues + resources.files.size() + resources.services.size() +
                        resources.processes.size() * kProcessValues;
    return bytes <= proto::kMaxFrameBytes && values <= proto::kMaxValues;
}

/// An absent list is an empty one.
template <class T>
std::optional<std::vector<T>> unless_empty(std::vector<T> values) {
    return values.empty() ? std::nullopt : std::optional{std::move(values)};
}

bool names_one(const proto::FilterTargetInfo& target) {
    const std::array given{target.file.has_value(), target.process.has_value(),
                           target.service.has_value()};
    return std::ranges::count(given, true) == 1;
}

template <class T>
Code code_of(const proto::result<T>& answer) {
    return answer ? Code::ok : answer.error().code;
}

}  // namespace

Code RestartManager::register_resources(std::uint32_t handle, Resources resources) {
    if (!fits_one_message(resources)) {
        return Code::out_of_memory;
    }
    const auto token = make_token_();
    if (!token) {
        return Code::write_fault;
    }
    return code_of(
        ask<proto::method::SessionRegister>(caller_, Function::register_resources,
                                            {handle, unless_empty(std::move(resources.files)),
                                             unless_empty(std::move(resources.processes)),
                                             unless_empty(std::move(resources.services)), *token}));
}

Code RestartManager::add_filter(std::uint32_t handle, proto::FilterTargetInfo target,
                                std::uint32_t action) {
    if (!names_one(target) || action < 1 || action > 2) {
        return Code::bad_arguments;
    }
    const auto token = make_token_();
    if (!token) {
        return Code::write_fault;
    }
    return code_of(ask<proto::method::FilterAdd>(caller_, Function::add_filter,
                                                 {handle, std::move(target), action, *token}));
}

Code RestartManager::remove_filter(std::uint32_t handle, proto::FilterTargetInfo target) {
    if (!names_one(target)) {
        return Code::bad_arguments;
    }
    const auto token = make_token_();
    if (!token) {
        return Code::write_fault;
    }
    return code_of(ask<proto::method::FilterRemove>(caller_, Function::remove_filter,
                                                    {handle, std::move(target), *token}));
}

proto::result<std::vector<proto::FilterInfo>> RestartManager::filters(std::uint32_t handle) {
    auto answer = ask<proto::method::FilterList>(caller_, Function::get_filter_list, {handle});
    if (!answer) {
        return answer.error();
    }
    return std::move(answer->filters);
}

}  // namespace rmb::client
