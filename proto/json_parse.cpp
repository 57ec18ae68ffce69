#include "proto/json_parse.hpp"

#include "proto/limits.hpp"
#include "proto/unicode.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rmb::proto {
namespace {

using nlohmann::json;

/// `position` counts from 1.
Error not_json_at(std::size_t position) {
    return Error{Code::parse_error, "not JSON in UTF-8 at byte " + std::to_string(position)};
}

/// Builds the value while checking every event; a check that fails ends the parse at once.
class CheckedBuilder final : public nlohmann::json_sax<json> {
public:
    bool null() override {
        return add(nullptr);
    }
    bool boolean(bool value) override {
        return add(value);
    }
    bool number_integer(number_integer_t value) override {
        return add(value);
    }
    bool number_unsigned(number_unsigned_t value) override {
        return add(value);
    }
    bool number_float(number_float_t value, const string_t& /*text*/) override {
        return add(value);
    }
    bool string(string_t& value) override {
        return check_length(value) && add(std::move(value));
    }
    bool binary(binary_t& /*value*/) override {
        return refuse("binary values are not JSON");
    }
    bool start_object(std::size_t /*size*/) override {
        return open(json::object());
    }
    bool start_array(std::size_t /*size*/) override {
        return open(json::array());
    }
    bool end_object() override {
        return close();
    }
    bool end_array() override {
        return close();
    }

    bool key(string_t& name) override {
        if (!check_length(name)) {
            return false;
        }
        if (open_.back()->contains(name)) {
            return refuse("member \"" + name.substr(0, kMaxIdCharacters) + "\" stands twice");
        }
        key_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*cause*/) override {
        error_ = not_json_at(position);
        return false;
    }

    result<json> take() && {
        if (error_) {
            return *std::move(error_);
        }
        return std::move(root_);
    }

private:
    bool refuse(std::string why) {
        error_ = Error{Code::invalid_request, std::move(why)};
        return false;
    }

    bool check_length(const std::string& text) {
        return utf16_length(text) <= kMaxStringUnits ||
               refuse("a string is longer than " + std::to_string(kMaxStringUnits) +
                      " UTF-16 units");
    }

    bool add(json value) {
        return place(std::move(value)) != nullptr;
    }

    bool open(json container) {
        if (open_.size() >= kMaxDepth) {
            return refuse("nested deeper than " + std::to_string(kMaxDepth));
        }
        json* placed = place(std::move(container));
        if (placed != nullptr) {
            open_.push_back(placed);
        }
        return placed != nullptr;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    json* place(json value) {
        if (++values_ > kMaxValues) {
            refuse("more than " + std::to_string(kMaxValues) + " values in one message");
            return nullptr;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        json& parent = *open_.back();
        if (parent.is_array()) {
            return &parent.emplace_back(std::move(value));
        }
        return &parent.emplace(std::move(key_), std::move(value)).first.value();
    }

    json root_;
    std::vector<json*> open_;
    std::string key_;
    std::size_t values_ = 0;
    std::optional<Error> error_;
};

}  // namespace

result<json> parse_json(std::string_view text) {
    // nlohmann's lexer takes a NUL byte for the end of the input and would not see what follows.
    if (const auto nul = text.find('\0'); nul != text.npos) {
        return not_json_at(nul + 1);
    }
    CheckedBuilder builder;
    (void)json::sax_parse(text, &builder);
    return std::move(builder).take();
}

}  // namespace rmb::proto
