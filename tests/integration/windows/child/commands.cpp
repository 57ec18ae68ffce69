#include "child/commands.hpp"

#include "child/task_commands.hpp"
#include "child/text.hpp"

#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

namespace rmb::e2e {
namespace {

std::string handle_result(DWORD code, DWORD handle) {
    return text_of(code) + " " + text_of(handle) +
           (handle == StartArguments::kHandleCanary ? " untouched" : " written");
}

/// Kernel handles are given out lowest first, so what leaks drives this up.
ULONG_PTR next_handle_value() {
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    CloseHandle(event);
    return reinterpret_cast<ULONG_PTR>(event);
}

std::string cycles(const std::string& path, DWORD count) {
    ULONG_PTR before = 0;
    for (DWORD done = 0; done < count; ++done) {
        ClientDll dll;
        auto code = dll.load(wide(path));
        StartArguments arguments;
        if (code == ERROR_SUCCESS) {
            code = dll.start_session(&arguments.handle, 0, arguments.buffer.data());
        }
        if (code == ERROR_SUCCESS) {
            code = dll.end_session(arguments.handle);
        }
        if (code == ERROR_SUCCESS) {
            code = dll.unload();
        }
        if (code != ERROR_SUCCESS) {
            return text_of(code) + " " + std::to_string(done) + " 0";
        }
        // The first ones load what stays: the system's own libraries.
        if (done == count / 10) {
            before = next_handle_value();
        }
    }
    const auto after = next_handle_value();
    return "0 " + std::to_string(count) + " " + std::to_string(after > before ? after - before : 0);
}

}  // namespace

std::string Commands::start(DWORD flags) {
    StartArguments arguments;
    const auto code = dll_.start_session(&arguments.handle, flags, arguments.buffer.data());
    const auto key = arguments.key();
    return text_of(code) + " " + text_of(arguments.handle) + " " + (key.empty() ? "-" : key) + " " +
           arguments.written();
}

std::string Commands::join(const std::string& text) {
    DWORD handle = StartArguments::kHandleCanary;
    const auto code = dll_.join_session(&handle, wide(text).c_str());
    return handle_result(code, handle);
}

std::string Commands::pairs(DWORD count) {
    for (DWORD done = 0; done < count; ++done) {
        StartArguments arguments;
        auto code = dll_.start_session(&arguments.handle, 0, arguments.buffer.data());
        if (code == ERROR_SUCCESS) {
            code = dll_.end_session(arguments.handle);
        }
        if (code != ERROR_SUCCESS) {
            return text_of(code) + " " + std::to_string(done);
        }
    }
    return "0 " + std::to_string(count);
}

std::string Commands::churn(const std::string& rest) {
    std::istringstream words{rest};
    std::uint64_t seed = 0;
    words >> seed;
    load_.run(seed, {std::istream_iterator<std::string>{words}, {}});
    return "0";
}

Commands::~Commands() {
    if (begun_.joinable()) {
        begun_.join();
    }
}

std::string Commands::begin(const std::string& command) {
    if (begun_.joinable()) {
        return "busy";
    }
    is_finished_ = false;
    begun_ = std::thread{[this, command] {
        answer_ = carry_out(command);
        is_finished_ = true;
    }};
    return "0";
}

std::string Commands::finish() {
    if (!begun_.joinable()) {
        return "nothing-begun";
    }
    begun_.join();
    return std::exchange(answer_, {});
}

const Commands::Row Commands::kWithoutDll[] = {
    {"load",
     [](Commands& self, const std::string& rest) { return text_of(self.dll_.load(wide(rest))); }},
    {"exit",
     [](Commands& /*self*/, const std::string& rest) -> std::string { ExitProcess(number(rest)); }},
    {"crash",
     [](Commands& /*self*/, const std::string& /*rest*/) {
         RaiseException(EXCEPTION_ACCESS_VIOLATION, EXCEPTION_NONCONTINUABLE, 0, nullptr);
         return std::string{};
     }},
    {"hold", [](Commands& self,
                const std::string& rest) { return text_of(self.holdings_.open(wide(rest))); }},
    {"map", [](Commands& self,
               const std::string& rest) { return text_of(self.holdings_.map(wide(rest))); }},
    {"load-library",
     [](Commands& self, const std::string& rest) {
         return text_of(self.holdings_.load(wide(rest)));
     }},
    {"enter",
     [](Commands& /*self*/, const std::string& rest) {
         return text_of(SetCurrentDirectoryW(wide(rest).c_str()) == FALSE ? GetLastError() : 0);
     }},
    {"wait-in-pipe",
     [](Commands& self, const std::string& /*rest*/) {
         return text_of(self.holdings_.wait_in_pipe());
     }},
    {"let-go",
     [](Commands& self, const std::string& /*rest*/) {
         self.holdings_.release();
         return std::string{"0"};
     }},
    {"cycles",
     [](Commands& /*self*/, const std::string& rest) {
         const auto space = rest.find(' ');
         return cycles(rest.substr(space + 1), number(rest));
     }},
};

const Commands::Row Commands::kWithDll[] = {
    {"unload",
     [](Commands& self, const std::string& /*rest*/) { return text_of(self.dll_.unload()); }},
    {"start", [](Commands& self, const std::string& /*rest*/) { return self.start(0); }},
    {"start-flags",
     [](Commands& self, const std::string& rest) { return self.start(number(rest)); }},
    {"start-no-handle",
     [](Commands& self, const std::string& /*rest*/) {
         StartArguments unused;
         const auto code = self.dll_.start_session(nullptr, 0, unused.buffer.data());
         return text_of(code) + " " + unused.written();
     }},
    {"start-no-key",
     [](Commands& self, const std::string& /*rest*/) {
         DWORD handle = StartArguments::kHandleCanary;
         const auto code = self.dll_.start_session(&handle, 0, nullptr);
         return handle_result(code, handle);
     }},
    {"join", [](Commands& self, const std::string& rest) { return self.join(rest); }},
    {"join-no-handle",
     [](Commands& self, const std::string& rest) {
         return text_of(self.dll_.join_session(nullptr, wide(rest).c_str()));
     }},
    {"join-no-key",
     [](Commands& self, const std::string& /*rest*/) {
         DWORD handle = StartArguments::kHandleCanary;
         const auto code = self.dll_.join_session(&handle, nullptr);
         return handle_result(code, handle);
     }},
    {"end", [](Commands& self,
               const std::string& rest) { return text_of(self.dll_.end_session(number(rest))); }},
    {"pairs", [](Commands& self, const std::string& rest) { return self.pairs(number(rest)); }},
    {"churn", [](Commands& self, const std::string& rest) { return self.churn(rest); }},
    {"quiet", [](Commands& self, const std::string& /*rest*/) { return self.load_.quiet(); }},
    {"end-all", [](Commands& self, const std::string& /*rest*/) { return self.load_.end_all(); }},
    {"begin", [](Commands& self, const std::string& rest) { return self.begin(rest); }},
    {"is-finished",
     [](Commands& self,
        const std::string& /*rest*/) { return std::string{self.is_finished_ ? "1" : "0"}; }},
    {"finish", [](Commands& self, const std::string& /*rest*/) { return self.finish(); }},
};

const Commands::TaskRow Commands::kTasks[] = {
    {"register", register_resources},
    {"register-missing", register_missing},
    {"register-null", register_null},
    {"list", list},
    {"list-null", list_null},
    {"shutdown", shut_down},
    {"restart", restart},
    {"cancel", cancel},
    {"add-filter", add_filter},
    {"remove-filter", remove_filter},
    {"filters", filters},
};

std::string Commands::carry_out(const std::string& line) {
    const auto space = line.find(' ');
    const auto command = line.substr(0, space);
    const auto rest = space == std::string::npos ? std::string{} : line.substr(space + 1);
    for (const auto& row : kWithoutDll) {
        if (row.command == command) {
            return row.action(*this, rest);
        }
    }
    for (const auto& row : kWithDll) {
        if (row.command == command) {
            return dll_.is_loaded() ? row.action(*this, rest) : "no-dll";
        }
    }
    for (const auto& row : kTasks) {
        if (row.command == command) {
            return dll_.is_loaded() ? row.action(dll_, rest) : "no-dll";
        }
    }
    return "unknown-command";
}

}  // namespace rmb::e2e
