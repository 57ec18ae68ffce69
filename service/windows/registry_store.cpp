#include "windows/registry_store.hpp"

#include "windows/security_descriptor.hpp"

#include <algorithm>

namespace rmb::win {
namespace {

constexpr DWORD kMaxNameUnits = 16'383;  // of a value's name, by documentation

struct Sizes {
    DWORD values = 0;
    DWORD longest = 0;
};

result<Sizes> query_sizes(HKEY key) {
    Sizes sizes;
    const LSTATUS status =
        RegQueryInfoKeyW(key, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, &sizes.values,
                         nullptr, &sizes.longest, nullptr, nullptr);
    if (status != ERROR_SUCCESS) {
        return win32_error("reading the state key", static_cast<DWORD>(status));
    }
    return sizes;
}

}  // namespace

std::string service_state_key(std::string_view service) {
    return R"(SYSTEM\CurrentControlSet\Services\)" + std::string{service} + R"(\State)";
}

std::string console_state_key(std::string_view pipe_name) {
    std::string leaf{pipe_name};
    // A pipe's name has backslashes and no slashes, a key's name may have slashes.
    std::ranges::replace(leaf, '\\', '/');
    return R"(SOFTWARE\rmbroker-console\)" + leaf;
}

result<std::unique_ptr<RegistryStore>> RegistryStore::open(std::string_view key) {
    const auto descriptor = SecurityDescriptor::from_sddl(kStateSddl);
    if (descriptor.has_error()) {
        return descriptor.error();
    }
    auto attributes = descriptor->attributes();
    UniqueKey opened;
    LSTATUS status =
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, wide(key).c_str(), 0, nullptr, REG_OPTION_VOLATILE,
                        KEY_ALL_ACCESS | KEY_WOW64_64KEY, &attributes, opened.out(), nullptr);
    if (status != ERROR_SUCCESS) {
        return win32_error("opening the state key " + std::string{key}, static_cast<DWORD>(status));
    }
    // Again, for a key that was there before, and because Wine 8 ignores the attributes.
    status = RegSetKeySecurity(opened.get(),
                               OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
                                   PROTECTED_DACL_SECURITY_INFORMATION,
                               descriptor->get());
    if (status != ERROR_SUCCESS) {
        return win32_error("protecting the state key " + std::string{key},
                           static_cast<DWORD>(status));
    }
    return std::unique_ptr<RegistryStore>{new RegistryStore{std::move(opened)}};
}

core::result<void> RegistryStore::put(std::string_view name, const core::Bytes& record) {
    const LSTATUS status = RegSetValueExW(key_.get(), wide(name).c_str(), 0, REG_BINARY,
                                          record.data(), static_cast<DWORD>(record.size()));
    if (status != ERROR_SUCCESS) {
        return error_as(Code::write_fault, "storing a record", static_cast<DWORD>(status));
    }
    return {};
}

core::result<void> RegistryStore::erase(std::string_view name) {
    const LSTATUS status = RegDeleteValueW(key_.get(), wide(name).c_str());
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND) {
        return error_as(Code::write_fault, "deleting a record", static_cast<DWORD>(status));
    }
    return {};
}

core::result<std::vector<std::pair<std::string, core::Bytes>>> RegistryStore::load() {
    // Nobody else writes here while the broker runs, so the sizes stay true during the loop.
    const auto sizes = query_sizes(key_.get());
    if (sizes.has_error()) {
        return sizes.error();
    }
    std::vector<std::pair<std::string, core::Bytes>> records;
    records.reserve(sizes->values);
    std::wstring name(kMaxNameUnits + 1, L'\0');
    // One buffer for all: most records are small, and the longest may have megabytes.
    core::Bytes buffer(sizes->longest);
    for (DWORD index = 0; index < sizes->values; ++index) {
        auto units = static_cast<DWORD>(name.size());
        DWORD type = REG_NONE;
        auto bytes = static_cast<DWORD>(buffer.size());
        const LSTATUS status = RegEnumValueW(key_.get(), index, name.data(), &units, nullptr, &type,
                                             buffer.data(), &bytes);
        if (status != ERROR_SUCCESS) {
            return win32_error("reading a record", static_cast<DWORD>(status));
        }
        if (type == REG_BINARY) {
            records.emplace_back(narrow({name.data(), units}),
                                 core::Bytes(buffer.begin(), buffer.begin() + bytes));
        }
    }
    return records;
}

}  // namespace rmb::win
