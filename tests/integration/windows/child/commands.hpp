#pragma once

#include "child/client_dll.hpp"
#include "child/holdings.hpp"
#include "child/load.hpp"

#include <atomic>
#include <string>
#include <string_view>
#include <thread>

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
///   register HANDLE|TARGET...          CODE        (task_commands.hpp says what a target is)
///   register-missing HANDLE N FOLDER   CODE
///   register-null HANDLE WHICH         CODE
///   list HANDLE [CAPACITY]             CODE NEEDED COUNT REASONS WRITTEN, and for each program
///                                      |PID|START|TYPE|STATUS|SESSION|RESTARTABLE|SERVICE|NAME
///                                      (WRITTEN: elements of the array that are not as before)
///   list-null HANDLE WHICH             CODE
///   shutdown HANDLE FLAGS              CODE own|other PERCENT,...|-     (on whose thread it told)
///   restart HANDLE FLAGS               as shutdown
///   cancel HANDLE                      CODE
///   add-filter HANDLE|ACTION|TARGET... CODE
///   remove-filter HANDLE|TARGET...     CODE
///   filters HANDLE BYTES               CODE NEEDED, and for each |ACTION TRIGGER TARGET
///   begin COMMAND          0           carries the command out on a thread of its own
///   is-finished            0|1                     whether that is to be had at once
///   finish                 the answer of what was begun last
///   hold PATH              CODE                    (Holdings::open)
///   map PATH               CODE                    (Holdings::map)
///   load-library PATH      CODE                    (Holdings::load)
///   enter PATH             CODE                    makes it the current folder
///   wait-in-pipe           CODE                    (Holdings::wait_in_pipe)
///   let-go                 0                       (Holdings::release)
///   exit CODE, crash       no answer
class Commands {
public:
    Commands() = default;
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;
    ~Commands();

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
    struct TaskRow {
        std::string_view command;
        std::string (*action)(const ClientDll& dll, const std::string& rest);
    };
    static const TaskRow kTasks[];

    std::string start(DWORD flags);
    std::string join(const std::string& text);
    std::string pairs(DWORD count);
    std::string churn(const std::string& rest);
    std::string begin(const std::string& command);
    std::string finish();

    ClientDll dll_;
    Load load_{dll_};
    Holdings holdings_;
    std::thread begun_;
    std::atomic<bool> is_finished_{false};
    std::string answer_;  // of what was begun, once its thread has ended
};

}  // namespace rmb::e2e
