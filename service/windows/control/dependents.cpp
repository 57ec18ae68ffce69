#include "windows/control/dependents.hpp"

#include "windows/system/service_list.hpp"
#include "windows/wine.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace rmb::win {
namespace {

bool same_name(const std::string& one, const std::string& other) {
    return CompareStringOrdinal(wide(one).c_str(), -1, wide(other).c_str(), -1, TRUE) == CSTR_EQUAL;
}

/// Goes from a service to all that need it, depth first.
class StopOrder {
public:
    explicit StopOrder(const std::map<std::string, std::vector<std::string>>& needs)
        : needs_{needs} {}

    void add_dependents_of(const std::string& service) {
        const auto is_it = [&](const std::string& needed) { return same_name(needed, service); };
        for (const auto& [name, needed] : needs_) {
            if (std::ranges::any_of(needed, is_it) && seen_.insert(name).second) {
                add_dependents_of(name);
                order_.push_back(name);
            }
        }
    }
    [[nodiscard]] std::vector<std::string> take() {
        return std::move(order_);
    }

private:
    const std::map<std::string, std::vector<std::string>>& needs_;
    std::set<std::string> seen_;
    std::vector<std::string> order_;
};

/// As it was created with. Empty where it depends on none.
std::vector<std::string> declared_needs(const std::string& service) {
    const auto key = wide("SYSTEM\\CurrentControlSet\\Services\\" + service);
    std::vector<wchar_t> names(16'384);
    auto size = static_cast<DWORD>(names.size() * sizeof names[0]);
    if (RegGetValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"DependOnService", RRF_RT_REG_MULTI_SZ,
                     nullptr, names.data(), &size) != ERROR_SUCCESS) {
        return {};
    }
    std::vector<std::string> needs;
    std::wstring_view left{names.data(), size / sizeof names[0]};
    while (!left.empty() && left.front() != L'\0') {
        const auto name = left.substr(0, left.find(L'\0'));
        needs.push_back(narrow(name));
        left.remove_prefix(std::min(name.size() + 1, left.size()));
    }
    return needs;
}

/// Wine's EnumDependentServices finds none, its QueryServiceConfig tells of none.
result<std::vector<std::string>> dependents_under_wine(const std::string& service) {
    const auto services = list_services();
    if (services.has_error()) {
        return services.error();
    }
    std::map<std::string, std::vector<std::string>> needs;
    for (const auto& one : *services) {
        if (one.is_running) {
            needs.emplace(one.name, declared_needs(one.name));
        }
    }
    return stop_order(service, needs);
}

}  // namespace

std::vector<std::string> stop_order(const std::string& service,
                                    const std::map<std::string, std::vector<std::string>>& needs) {
    StopOrder order{needs};
    order.add_dependents_of(service);
    auto found = order.take();
    // In a circle it is its own dependent.
    std::erase_if(found, [&](const std::string& name) { return same_name(name, service); });
    return found;
}

result<std::vector<std::string>> running_dependents(const std::string& service) {
    const auto opened = open_service(service, SERVICE_ENUMERATE_DEPENDENTS);
    if (opened.has_error()) {
        return opened.error();
    }
    if (under_wine()) {
        return dependents_under_wine(service);
    }
    // All of them, direct or not, last started first: the order in which they are to be stopped
    // (EnumDependentServices, remarks). Again where some have come in between.
    std::vector<ENUM_SERVICE_STATUSW> buffer(64);
    for (;;) {
        DWORD needed = 0;
        DWORD count = 0;
        const auto bytes = static_cast<DWORD>(buffer.size() * sizeof buffer[0]);
        if (EnumDependentServicesW(opened->get(), SERVICE_ACTIVE, buffer.data(), bytes, &needed,
                                   &count) != FALSE) {
            std::vector<std::string> names;
            for (const auto& entry : std::span{buffer}.first(count)) {
                names.push_back(narrow(entry.lpServiceName));
            }
            return names;
        }
        if (GetLastError() != ERROR_MORE_DATA || needed <= bytes) {
            return last_error("EnumDependentServices of " + service);
        }
        buffer.resize(needed / sizeof buffer[0] + 1);
    }
}

}  // namespace rmb::win
