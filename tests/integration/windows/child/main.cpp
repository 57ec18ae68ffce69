#include "child/commands.hpp"

#include <windows.h>

#include <iostream>
#include <string>

namespace {

LONG WINAPI end_at_once(EXCEPTION_POINTERS* /*why*/) {
    return EXCEPTION_EXECUTE_HANDLER;
}

}  // namespace

int main() {
    // A crash ends the process at once, without error reporting and debuggers.
    SetUnhandledExceptionFilter(end_at_once);
    rmb::e2e::Commands commands;
    for (std::string line; std::getline(std::cin, line);) {
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        std::cout << commands.carry_out(line) << '\n' << std::flush;
    }
    return 0;
}
