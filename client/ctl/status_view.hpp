#pragma once

#include "proto/methods.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// How `status`, `discover` and `ping` show what they got.
namespace rmb::ctl {

[[nodiscard]] std::string status_text(const proto::StatusResult& status);

/// The part of an OpenRPC document that is shown to people.
struct MethodList {
    struct Param {
        std::string name;
        bool required = false;

        template <class Self, class Visit>
        static void fields(Self& self, Visit&& visit) {
            visit("name", self.name, "");
            visit("required", self.required, "");
        }
    };
    struct Method {
        std::string name;
        std::string summary;
        std::vector<Param> params;
        std::optional<std::string> access;

        template <class Self, class Visit>
        static void fields(Self& self, Visit&& visit) {
            visit("name", self.name, "");
            visit("summary", self.summary, "");
            visit("params", self.params, "");
            visit("x-access", self.access, "");
        }
    };
    std::vector<Method> methods;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("methods", self.methods, "");
    }
};
[[nodiscard]] std::string methods_text(const MethodList& list);

struct PingFigures {
    std::chrono::microseconds connecting{};  // the first call, and connecting before it
    std::size_t calls = 0;
    std::chrono::microseconds least{};
    std::chrono::microseconds median{};  // of an even number: the mean of the middle two
    std::chrono::microseconds most{};

    bool operator==(const PingFigures&) const = default;
};
/// `times` must not be empty.
[[nodiscard]] PingFigures ping_figures(std::chrono::microseconds connecting,
                                       std::vector<std::chrono::microseconds> times);
[[nodiscard]] std::string ping_text(const PingFigures& figures);
[[nodiscard]] nlohmann::json ping_json(const PingFigures& figures);

}  // namespace rmb::ctl
