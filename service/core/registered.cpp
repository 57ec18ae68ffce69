#include "core/registered.hpp"

#include "core/record_form.hpp"
#include "core/session.hpp"

#include <charconv>
#include <system_error>
#include <utility>

namespace rmb::core {
namespace {

constexpr std::uint32_t kMagic = 0x52424D52;  // "RMBR"
constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kSuffix = ".r";

Resources read_resources(RecordReader& in) {
    Resources resources;
    resources.files = in.list([&] { return in.text(); });
    resources.processes = in.list([&] { return in.process(); });
    resources.services = in.list([&] { return in.text(); });
    return resources;
}

}  // namespace

Bytes encode(const Registered& registered) {
    const auto& resources = registered.resources;
    RecordWriter out;
    out.number(kMagic);
    out.number(kVersion);
    out.process(registered.process);
    out.number(registered.handle);
    out.raw(registered.token.data);
    out.count(resources.files.size());
    for (const auto& file : resources.files) {
        out.text(file);
    }
    out.count(resources.processes.size());
    for (const auto& process : resources.processes) {
        out.process(process);
    }
    out.count(resources.services.size());
    for (const auto& service : resources.services) {
        out.text(service);
    }
    return std::move(out).take();
}

result<Registered> decode_registered(const Bytes& record) {
    const auto refuse = [](std::string_view why) {
        return Error{Code::bad_arguments, "stored registration: " + std::string{why}};
    };
    RecordReader in{record};
    if (in.number<std::uint32_t>() != kMagic) {
        return refuse("not a registration");
    }
    if (const auto version = in.number<std::uint32_t>(); version != kVersion) {
        return refuse("version " + std::to_string(version) + ", this service reads version " +
                      std::to_string(kVersion));
    }
    Registered registered;
    registered.process = in.process();
    registered.handle = in.number<std::uint32_t>();
    in.raw(registered.token.data);
    registered.resources = read_resources(in);
    if (!in.ok() || !in.at_end()) {
        return refuse("its length does not fit its content");
    }
    if (!is_valid_handle(registered.handle)) {
        return refuse("a handle that cannot be");
    }
    return registered;
}

std::string to_string(const RegisteredName& name) {
    return name.session + std::string{kSuffix} + std::to_string(name.number);
}

std::optional<RegisteredName> parse_registered_name(std::string_view name) {
    const auto suffix = name.rfind(kSuffix);
    if (suffix == std::string_view::npos || !is_session_record_name(name.substr(0, suffix))) {
        return std::nullopt;
    }
    RegisteredName parsed{std::string{name.substr(0, suffix)}, 0};
    // What does not come out again as it went in (zeros in front, too large) is not ours.
    const auto digits = name.substr(suffix + kSuffix.size());
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), parsed.number);
    if (read.ec != std::errc{} || to_string(parsed) != name) {
        return std::nullopt;
    }
    return parsed;
}

}  // namespace rmb::core
