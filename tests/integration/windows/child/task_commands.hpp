#pragma once

#include "child/client_dll.hpp"

#include <string>

/// What a command does with a session: each takes the rest of the command's line, which begins with
/// the session's handle, and gives the answer (commands.hpp). A target is f:PATH, p:PID,
/// p:PID:STARTTIME, s:SERVICE or n: (a NULL file); targets stand behind bars.
namespace rmb::e2e {

/// HANDLE|TARGET...
std::string register_resources(const ClientDll& dll, const std::string& rest);
/// HANDLE COUNT FOLDER: files that do not exist, in one call.
std::string register_missing(const ClientDll& dll, const std::string& rest);
/// HANDLE WHICH: one file, process or service (0, 1, 2), and NULL for the array.
std::string register_null(const ClientDll& dll, const std::string& rest);

/// HANDLE [CAPACITY]: without a capacity until it suffices.
std::string list(const ClientDll& dll, const std::string& rest);
/// HANDLE WHICH: with NULL for "needed", "count" or the reasons (0, 1, 2).
std::string list_null(const ClientDll& dll, const std::string& rest);

/// HANDLE FLAGS
std::string shut_down(const ClientDll& dll, const std::string& rest);
std::string restart(const ClientDll& dll, const std::string& rest);
/// HANDLE
std::string cancel(const ClientDll& dll, const std::string& rest);

/// HANDLE|ACTION|TARGET...: with every TARGET in its place of the one call.
std::string add_filter(const ClientDll& dll, const std::string& rest);
/// HANDLE|TARGET...
std::string remove_filter(const ClientDll& dll, const std::string& rest);
/// HANDLE BYTES
std::string filters(const ClientDll& dll, const std::string& rest);

}  // namespace rmb::e2e
