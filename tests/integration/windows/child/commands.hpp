#pragma once

#include "child/client_dll.hpp"
#include "child/holdings.hpp"
#include "child/load.hpp"

#include <string>
#include <string_view>

namespace rmb::e2e {

/// One line in, one line out. Codes are decimal.
///
///   load PATH              CODE
///   unload                 CODE
///   start                  CODE HANDLE KEY|- WRITTEN        (StartArguments::written)
///   start-flags N          as start
///   start-no-handle        CODE WRITTEN
///   start-no-key           CODE HANDLE
///   join TEXT              CODE HANDLE untouched|written
///   join-no-handle TEXT    CODE
///   join-no-key            CODE HANDLE untouched|written
///   end HANDLE             CODE
///   pairs N                CODE PAIRS              starts and ends, one after the other
///   cycles N PATH          CODE CYCLES HANDLES     loads, starts, ends, unloads; by how much the
///                                                  values of new kernel handles have grown
///   churn SEED [KEY...]    0                       (Load::run)
///   quiet                  (Load::quiet)
///   end-all                (Load::end_all)
///   hold PATH              CODE                    (Holdings::open)
///   map PATH               CODE                    (Holdings::map)
///   load-library PATH      CODE                    (Holdings::load)
///   enter PATH             CODE                    makes it the current folder
///   wait-in-pipe           CODE                    (Holdings::wait_in_pipe)
///   let-go                 0                       (Holdings::release)
///   exit CODE, crash       no answer
class Commands {
public:
    std::string carry_out(const std::string& line);

private:
    /// `rest` is the line after the command.
    using Action = std::string (*)(Commands& self, const std::string& rest);
    struct Row {
        std::string_view command;
        Action action;
    };
    static const Row kWithoutDll[];
    static const Row kWithDll[];

    std::string start(DWORD flags);
    std::string join(const std::string& text);
    std::string pairs(DWORD count);
    std::string churn(const std::string& rest);

    ClientDll dll_;
    Load load_{dll_};
    Holdings holdings_;
};

}  // namespace rmb::e2e
