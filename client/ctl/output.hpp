#pragma once

#include "client/ctl/exit_codes.hpp"
#include "proto/error.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace rmb::ctl {

/// A call that did not work, and whose word that is.
struct Failure {
    proto::Error error;
    /// The service said so; otherwise there was no answer that could be used.
    bool answered = false;
};

[[nodiscard]] ExitCode exit_code_of(const Failure& failure);

/// "error 1062 (ERROR_SERVICE_NOT_ACTIVE): nobody listens on ..."
[[nodiscard]] std::string error_text(const proto::Error& error);

/// Where results and errors go: stdout for one of tables and JSON, stderr for people.
class Output {
public:
    explicit Output(bool json) : json_(json) {}

    [[nodiscard]] bool is_json() const {
        return json_;
    }

    /// Whichever of the two the caller of rmbctl asked for. `make_text` is called for tables only.
    template <class MakeText>
    void result(const nlohmann::json& document, MakeText make_text) const {
        if (json_) {
            print_document(document);
        } else {
            print(make_text());
        }
    }

    void print(std::string_view text) const;
    void print_document(const nlohmann::json& document) const;
    /// A line on stderr: "rmbctl: ...".
    void note(std::string_view text) const;

    /// Tells of the failure, as JSON too where that was asked for.
    [[nodiscard]] ExitCode fail(const Failure& failure) const;
    /// On stderr only, for commands whose stdout is not theirs.
    [[nodiscard]] ExitCode fail_on_stderr(const Failure& failure) const;

private:
    bool json_;
};

}  // namespace rmb::ctl
