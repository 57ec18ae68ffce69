#include "windows/hardening.hpp"

#include "windows/program_runner.hpp"
#include "windows/service_main.hpp"

#include <spdlog/logger.h>

#include <windows.h>

#include <atomic>
#include <exception>

namespace rmb::win {
namespace {

std::atomic<spdlog::logger*> g_log{nullptr};

[[noreturn]] void on_terminate() {
    if (spdlog::logger* log = g_log.exchange(nullptr)) {
        try {
            if (const auto current = std::current_exception()) {
                std::rethrow_exception(current);
            }
            log->critical("event=terminated why=\"no exception\"");
        } catch (const std::exception& error) {
            log->critical("event=terminated why=\"{}\"", error.what());
        } catch (...) {
            log->critical("event=terminated why=\"not an exception of ours\"");
        }
        log->flush();
    }
    end_process_now(ProgramRunner::kUnhandled);
}

}  // namespace

void harden_process() {
    HeapSetInformation(nullptr, HeapEnableTerminationOnCorruption, nullptr, 0);
    // The folder of the program and the current one are searched for nothing.
    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
    SetDllDirectoryW(L"");
    // Error reporting stays on: a crash leaves a dump.
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
}

void log_terminate(spdlog::logger& log) {
    g_log = &log;
    std::set_terminate(on_terminate);
}

}  // namespace rmb::win
