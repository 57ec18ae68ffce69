#include "child/target.hpp"

#include "child/text.hpp"

namespace rmb::e2e {
namespace {

FILETIME to_file_time(unsigned long long value) {
    return {static_cast<DWORD>(value & 0xFFFF'FFFF), static_cast<DWORD>(value >> 32)};
}

/// As an installer finds it out: zero where it cannot.
FILETIME start_time_of(DWORD pid) {
    FILETIME start{};
    FILETIME unused[3]{};
    const HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (process != nullptr) {
        GetProcessTimes(process, &start, &unused[0], &unused[1], &unused[2]);
        CloseHandle(process);
    }
    return start;
}

RM_UNIQUE_PROCESS parse_process(const std::string& text) {
    const auto colon = text.find(':');
    const auto pid = number(text);
    return {pid, colon == std::string::npos
                     ? start_time_of(pid)
                     : to_file_time(std::strtoull(text.c_str() + colon + 1, nullptr, 10))};
}

}  // namespace

Targets Targets::parse(const std::vector<std::string>& parts, std::size_t begin) {
    Targets targets;
    for (std::size_t i = begin; i < parts.size(); ++i) {
        const auto value = parts[i].substr(2);
        switch (parts[i].front()) {
            case 'f':
                targets.files.emplace_back(wide(value));
                break;
            case 'p':
                targets.processes.push_back(parse_process(value));
                break;
            case 's':
                targets.services.push_back(wide(value));
                break;
            default:
                targets.files.emplace_back(std::nullopt);
                break;
        }
    }
    return targets;
}

std::vector<LPCWSTR> Targets::file_pointers() const {
    std::vector<LPCWSTR> pointers;
    for (const auto& file : files) {
        pointers.push_back(file ? file->c_str() : nullptr);
    }
    return pointers;
}

std::vector<LPCWSTR> Targets::service_pointers() const {
    std::vector<LPCWSTR> pointers;
    for (const auto& service : services) {
        pointers.push_back(service.c_str());
    }
    return pointers;
}

unsigned long long to_number(const FILETIME& time) {
    return (static_cast<unsigned long long>(time.dwHighDateTime) << 32) | time.dwLowDateTime;
}

}  // namespace rmb::e2e
