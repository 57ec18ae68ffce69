// The exports that say what a session is about.
#include "client/dll/caller_paths.hpp"
#include "client/dll/carry_out.hpp"
#include "client/lib/filter_list.hpp"
#include "client/lib/process_info.hpp"
#include "client/lib/resource_names.hpp"

#include <rmbclient/restartmanager.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using rmb::client::CallerPaths;
using rmb::client::carry_out;
using rmb::client::Resources;
using rmb::proto::Code;
using rmb::proto::FilterTargetInfo;
using rmb::proto::result;

constexpr auto& kFilterLayout =
    sizeof(void*) == 8 ? rmb::client::kFilterLayout64 : rmb::client::kFilterLayout32;

std::u16string text_of(const WCHAR* text) {
    const std::wstring_view units{text};
    return {units.begin(), units.end()};
}

/// Those that are not NULL and can name something. `convert` makes one as it travels.
template <class Convert>
result<std::vector<std::string>> read_names(UINT count, const LPCWSTR* names, Convert convert) {
    std::vector<std::string> read;
    for (const auto* name : std::span{names, count}) {
        if (name == nullptr) {
            continue;
        }
        auto text = convert(text_of(name));
        if (text) {
            read.push_back(*std::move(text));
        } else if (text.error().code != Code::file_not_found) {
            return text.error();
        }
    }
    return read;
}

/// NULL stays absent. An empty text is refused: a filter must be somebody's.
result<FilterTargetInfo> read_target(const WCHAR* module, const RM_UNIQUE_PROCESS* process,
                                     const WCHAR* service) {
    FilterTargetInfo target;
    if (module != nullptr) {
        auto file = rmb::client::file_name(text_of(module), CallerPaths{});
        if (!file) {
            return file.error();
        }
        target.file = *std::move(file);
    }
    if (process != nullptr) {
        target.process = rmb::client::to_wire(*process);
    }
    if (service != nullptr) {
        auto name = rmb::client::service_name(text_of(service));
        if (!name) {
            return name.error();
        }
        target.service = *std::move(name);
    }
    return target;
}

bool names_one(const WCHAR* module, const RM_UNIQUE_PROCESS* process, const WCHAR* service) {
    return (module != nullptr ? 1 : 0) + (process != nullptr ? 1 : 0) +
               (service != nullptr ? 1 : 0) ==
           1;
}

}  // namespace

extern "C" {

DWORD WINAPI RmRegisterResources(DWORD dwSessionHandle, UINT nFiles, LPCWSTR rgsFileNames[],
                                 UINT nApplications, RM_UNIQUE_PROCESS rgApplications[],
                                 UINT nServices, LPCWSTR rgsServiceNames[]) {
    if ((nFiles != 0 && rgsFileNames == nullptr) ||
        (nApplications != 0 && rgApplications == nullptr) ||
        (nServices != 0 && rgsServiceNames == nullptr)) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            const CallerPaths paths;
            auto files = read_names(nFiles, rgsFileNames, [&](const std::u16string& text) {
                return rmb::client::file_name(text, paths);
            });
            auto services = read_names(nServices, rgsServiceNames, &rmb::client::service_name);
            if (!files || !services) {
                return Code::bad_arguments;
            }
            Resources resources{*std::move(files), {}, *std::move(services)};
            std::ranges::transform(std::span{rgApplications, nApplications},
                                   std::back_inserter(resources.processes),
                                   rmb::client::to_wire<RM_UNIQUE_PROCESS>);
            return broker.register_resources(dwSessionHandle, std::move(resources));
        },
        [&](const auto& system) {
            return system.register_resources(dwSessionHandle, nFiles, rgsFileNames, nApplications,
                                             rgApplications, nServices, rgsServiceNames);
        });
}

DWORD WINAPI RmAddFilter(DWORD dwSessionHandle, LPCWSTR strModuleName, RM_UNIQUE_PROCESS* pProcess,
                         LPCWSTR strServiceShortName, RM_FILTER_ACTION FilterAction) {
    if (!names_one(strModuleName, pProcess, strServiceShortName) ||
        (FilterAction != RmNoRestart && FilterAction != RmNoShutdown)) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            auto target = read_target(strModuleName, pProcess, strServiceShortName);
            return target ? broker.add_filter(dwSessionHandle, *std::move(target),
                                              static_cast<std::uint32_t>(FilterAction))
                          : Code::bad_arguments;
        },
        [&](const auto& system) {
            return system.add_filter(dwSessionHandle, strModuleName, pProcess, strServiceShortName,
                                     FilterAction);
        });
}

DWORD WINAPI RmRemoveFilter(DWORD dwSessionHandle, LPCWSTR strModuleName,
                            RM_UNIQUE_PROCESS* pProcess, LPCWSTR strServiceShortName) {
    if (!names_one(strModuleName, pProcess, strServiceShortName)) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            auto target = read_target(strModuleName, pProcess, strServiceShortName);
            return target ? broker.remove_filter(dwSessionHandle, *std::move(target))
                          : Code::bad_arguments;
        },
        [&](const auto& system) {
            return system.remove_filter(dwSessionHandle, strModuleName, pProcess,
                                        strServiceShortName);
        });
}

DWORD WINAPI RmGetFilterList(DWORD dwSessionHandle, PBYTE pbFilterBuf, DWORD cbFilterBuf,
                             LPDWORD cbFilterBufNeeded) {
    if (cbFilterBufNeeded == nullptr) {
        return ERROR_MORE_DATA;  // as its page says
    }
    return carry_out(
        [&](auto& broker) {
            const auto filters = broker.filters(dwSessionHandle);
            if (!filters) {
                return filters.error().code;
            }
            const auto list = rmb::client::filter_list(
                *filters, kFilterLayout, reinterpret_cast<std::uintptr_t>(pbFilterBuf));
            *cbFilterBufNeeded = static_cast<DWORD>(list.size());
            if (list.empty()) {
                return Code::ok;
            }
            if (pbFilterBuf == nullptr || cbFilterBuf < list.size()) {
                return Code::more_data;
            }
            std::memcpy(pbFilterBuf, list.data(), list.size());
            return Code::ok;
        },
        [&](const auto& system) {
            return system.get_filter_list(dwSessionHandle, pbFilterBuf, cbFilterBuf,
                                          cbFilterBufNeeded);
        });
}

}  // extern "C"
