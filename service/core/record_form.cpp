#include "core/record_form.hpp"

namespace rmb::core {
namespace {

constexpr std::uint32_t kModule = 1;
constexpr std::uint32_t kProcess = 2;
constexpr std::uint32_t kService = 3;

FilterTarget read_target(RecordReader& in) {
    switch (in.number<std::uint32_t>()) {
        case kModule:
            return ModulePath{in.text()};
        case kProcess:
            return in.process();
        case kService:
            return ServiceName{in.text()};
        default:
            in.refuse();
            return {};
    }
}

}  // namespace

void write_target(RecordWriter& out, const FilterTarget& target) {
    if (const auto* module = std::get_if<ModulePath>(&target)) {
        out.number(kModule);
        out.text(module->text);
    } else if (const auto* process = std::get_if<ProcessKey>(&target)) {
        out.number(kProcess);
        out.process(*process);
    } else {
        out.number(kService);
        out.text(std::get<ServiceName>(target).text);
    }
}

void write_filter(RecordWriter& out, const Filter& filter) {
    out.number(static_cast<std::uint32_t>(filter.action));
    write_target(out, filter.target);
}

Filter read_filter(RecordReader& in) {
    Filter filter;
    filter.action = static_cast<FilterAction>(in.number<std::uint32_t>());
    filter.target = read_target(in);
    if (!is_valid(filter)) {
        in.refuse();
    }
    return filter;
}

std::uint64_t digest_of(const Bytes& bytes) {
    std::uint64_t digest = 0xCBF2'9CE4'8422'2325U;
    for (const auto byte : bytes) {
        digest = (digest ^ byte) * 0x0000'0100'0000'01B3U;
    }
    return digest;
}

}  // namespace rmb::core
