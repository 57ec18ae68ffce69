#include "client/ctl/output.hpp"

#include "client/ctl/platform.hpp"
#include "client/ctl/text.hpp"
#include "proto/message.hpp"

namespace rmb::ctl {

ExitCode exit_code_of(const Failure& failure) {
    return failure.answered ? ExitCode::failed : ExitCode::unreachable;
}

std::string error_text(const proto::Error& error) {
    auto text = "error " + std::to_string(static_cast<std::int32_t>(error.code)) + " (" +
                std::string{proto::code_name(error.code)} + "): " + printable(error.message);
    // Messages about parameters begin with their subject.
    if (!error.subject.empty() && !error.message.starts_with(error.subject)) {
        text += " (" + printable(error.subject) + ")";
    }
    return text;
}

void Output::print(std::string_view text) const {
    write_stream(Stream::out, text);
}

void Output::print_document(const nlohmann::json& document) const {
    constexpr int kIndent = 2;
    print(document.dump(kIndent, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void Output::note(std::string_view text) const {
    write_stream(Stream::error, "rmbctl: " + std::string{text} + "\n");
}

ExitCode Output::fail_on_stderr(const Failure& failure) const {
    note(error_text(failure.error));
    const auto code = exit_code_of(failure);
    if (code == ExitCode::unreachable) {
        note("'rmbctl doctor' finds out why and says what to do");
    }
    return code;
}

ExitCode Output::fail(const Failure& failure) const {
    if (json_) {
        print_document({{"error", proto::to_json(failure.error)}});
    }
    return fail_on_stderr(failure);
}

}  // namespace rmb::ctl
