#include "child/task_commands.hpp"

#include "child/target.hpp"
#include "child/text.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace rmb::e2e {
namespace {

/// What the callback, which has no context, writes to: of the call on this thread.
thread_local std::vector<UINT>* t_percents = nullptr;
std::atomic<bool> g_strayed{false};

void on_percent(UINT percent) {
    if (t_percents == nullptr) {
        g_strayed = true;
    } else {
        t_percents->push_back(percent);
    }
}

/// Nothing that RmGetList could mean.
constexpr UINT kCanary = 0xC0FFEE;
constexpr int kCanaryByte = 0x5A;

std::vector<RM_PROCESS_INFO> unwritten(std::size_t count) {
    std::vector<RM_PROCESS_INFO> apps(count);
    if (!apps.empty()) {
        std::memset(apps.data(), kCanaryByte, count * sizeof apps.front());
    }
    return apps;
}

bool is_written(const RM_PROCESS_INFO& app) {
    static const auto kUnwritten = unwritten(1);
    return std::memcmp(&app, kUnwritten.data(), sizeof app) != 0;
}

std::string row_of(const RM_PROCESS_INFO& app) {
    return "|" + text_of(app.Process.dwProcessId) + "|" +
           std::to_string(to_number(app.Process.ProcessStartTime)) + "|" +
           std::to_string(static_cast<int>(app.ApplicationType)) + "|" + text_of(app.AppStatus) +
           "|" + text_of(app.TSSessionId) + "|" + (app.bRestartable == FALSE ? "0" : "1") + "|" +
           narrow(app.strServiceShortName) + "|" + narrow(app.strAppName);
}

using Task = DWORD(WINAPI*)(DWORD, DWORD, RM_WRITE_STATUS_CALLBACK);

/// CODE THREAD PERCENT,...|-
std::string run_task(Task task, const std::string& rest) {
    const auto words = split(rest, ' ');
    std::vector<UINT> percents;
    t_percents = &percents;
    g_strayed = false;
    const auto code = task(number(words.at(0)), number(words.at(1)), on_percent);
    t_percents = nullptr;
    std::string told;
    for (const auto percent : percents) {
        told += (told.empty() ? "" : ",") + std::to_string(percent);
    }
    return text_of(code) + (g_strayed ? " other " : " own ") + (told.empty() ? "-" : told);
}

}  // namespace

std::string register_resources(const ClientDll& dll, const std::string& rest) {
    const auto parts = split(rest, '|');
    auto targets = Targets::parse(parts, 1);
    auto files = targets.file_pointers();
    auto services = targets.service_pointers();
    return text_of(dll.register_resources(number(parts.at(0)), static_cast<UINT>(files.size()),
                                          files.data(), static_cast<UINT>(targets.processes.size()),
                                          targets.processes.data(),
                                          static_cast<UINT>(services.size()), services.data()));
}

std::string register_missing(const ClientDll& dll, const std::string& rest) {
    std::istringstream words{rest};
    DWORD handle = 0;
    std::size_t count = 0;
    std::string folder;
    std::getline(words >> handle >> count >> std::ws, folder);
    Targets targets;
    targets.files.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        targets.files.emplace_back(wide(folder + "\\missing-" + std::to_string(i) + ".txt"));
    }
    auto files = targets.file_pointers();
    return text_of(dll.register_resources(handle, static_cast<UINT>(files.size()), files.data(), 0,
                                          nullptr, 0, nullptr));
}

std::string register_null(const ClientDll& dll, const std::string& rest) {
    const auto words = split(rest, ' ');
    const auto which = number(words.at(1));
    const auto count = [which](DWORD array) { return which == array ? 1U : 0U; };
    return text_of(dll.register_resources(number(words.at(0)), count(0), nullptr, count(1), nullptr,
                                          count(2), nullptr));
}

std::string list(const ClientDll& dll, const std::string& rest) {
    const auto words = split(rest, ' ');
    const auto handle = number(words.at(0));
    const bool is_loop = words.size() == 1;
    auto apps = unwritten(is_loop ? 0 : number(words[1]));
    UINT needed = kCanary;
    UINT count = 0;
    DWORD reasons = kCanary;
    DWORD code = ERROR_SUCCESS;
    for (;;) {
        count = static_cast<UINT>(apps.size());
        code =
            dll.get_list(handle, &needed, &count, apps.empty() ? nullptr : apps.data(), &reasons);
        if (code != ERROR_MORE_DATA || !is_loop) {
            break;
        }
        apps = unwritten(needed);
    }
    auto answer = text_of(code) + " " + text_of(needed) + " " + text_of(count) + " " +
                  text_of(reasons) + " " + std::to_string(std::ranges::count_if(apps, is_written));
    for (UINT i = 0; code == ERROR_SUCCESS && i < count; ++i) {
        answer += row_of(apps[i]);
    }
    return answer;
}

std::string list_null(const ClientDll& dll, const std::string& rest) {
    const auto words = split(rest, ' ');
    const auto which = number(words.at(1));
    UINT needed = 0;
    UINT count = 0;
    DWORD reasons = 0;
    return text_of(dll.get_list(number(words.at(0)), which == 0 ? nullptr : &needed,
                                which == 1 ? nullptr : &count, nullptr,
                                which == 2 ? nullptr : &reasons));
}

std::string shut_down(const ClientDll& dll, const std::string& rest) {
    return run_task(dll.shut_down, rest);
}

std::string restart(const ClientDll& dll, const std::string& rest) {
    return run_task(dll.restart, rest);
}

std::string cancel(const ClientDll& dll, const std::string& rest) {
    return text_of(dll.cancel(number(rest)));
}

}  // namespace rmb::e2e
