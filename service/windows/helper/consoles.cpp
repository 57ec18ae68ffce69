#include "windows/helper/consoles.hpp"

#include "windows/helper/child_start.hpp"
#include "windows/helper/console_child.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace rmb::win {
namespace {

constexpr DWORD kChildMilliseconds = 3'000;
// More consoles that hang are not tried in one look.
constexpr int kMaxStuck = 2;
// So many ids fit into a command line, and their lists into the pipe.
constexpr std::size_t kMaxAsked = 1'000;
constexpr DWORD kOutputBytes = 256 * 1024;

std::wstring arguments(std::wstring_view what, std::span<const std::uint32_t> pids) {
    std::wstring text{kConsoleChildCommand};
    text += L' ';
    text += what;
    for (const auto pid : pids) {
        text += L' ' + std::to_wstring(pid);
    }
    return text;
}

/// Its exit code; nullopt where it did not come to an end and was ended.
std::optional<DWORD> wait_for_child(const Child& child) {
    if (WaitForSingleObject(child.process.get(), kChildMilliseconds) != WAIT_OBJECT_0) {
        end_child(child);
        return std::nullopt;
    }
    DWORD code = 0;
    return GetExitCodeProcess(child.process.get(), &code) == FALSE ? std::nullopt
                                                                   : std::optional{code};
}

/// What is in a pipe that nobody writes to any more.
std::string read_rest(HANDLE pipe) {
    std::string text;
    std::array<char, 4096> part{};
    DWORD count = 0;
    while (ReadFile(pipe, part.data(), static_cast<DWORD>(part.size()), &count, nullptr) != FALSE &&
           count != 0) {
        text.append(part.data(), count);
    }
    return text;
}

std::string run_list(std::span<const std::uint32_t> pids) {
    UniqueHandle read;
    UniqueHandle write;
    SECURITY_ATTRIBUTES inheritable{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
    if (CreatePipe(read.out(), write.out(), &inheritable, kOutputBytes) == FALSE) {
        return {};
    }
    ChildStart start{own_program(), arguments(L"list", pids)};
    start.inherited = write.get();
    start.output = write.get();
    const auto child = start_child(start);
    write.reset();
    if (child.has_error()) {
        return {};
    }
    (void)wait_for_child(*child);
    return read_rest(read.get());
}

}  // namespace

std::map<std::uint32_t, std::vector<std::uint32_t>> list_consoles(std::vector<std::uint32_t> pids) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> known;
    int stuck = 0;
    while (!pids.empty() && stuck <= kMaxStuck) {
        const std::span asked{pids.data(), std::min(pids.size(), kMaxAsked)};
        auto lists = parse_console_lines(run_list(asked));
        if (lists.stuck_at) {
            ++stuck;
            lists.attached.try_emplace(*lists.stuck_at);
        } else {
            // Not asked again, whatever has become of the child.
            for (const auto pid : asked) {
                lists.attached.try_emplace(pid);
            }
        }
        known.merge(lists.attached);
        std::erase_if(pids, [&](std::uint32_t pid) { return known.contains(pid); });
    }
    return known;
}

result<void> interrupt_console(std::uint32_t pid, std::span<const std::uint32_t> expected) {
    std::vector<std::uint32_t> numbers{pid};
    numbers.insert(numbers.end(), expected.begin(), expected.end());
    const auto child = start_child({own_program(), arguments(L"interrupt", numbers)});
    if (child.has_error()) {
        return Error{Code::not_ready, "attaching to a console: " + child.error().message};
    }
    const auto code = wait_for_child(*child);
    if (!code) {
        return Error{Code::not_ready, "the console does not answer"};
    }
    switch (static_cast<ConsoleOutcome>(*code)) {
        case ConsoleOutcome::done:
            return {};
        case ConsoleOutcome::no_console:
            return Error{Code::file_not_found,
                         "process " + std::to_string(pid) + " has no console any more"};
        case ConsoleOutcome::others_attached:
            return Error{Code::access_denied,
                         "other processes are attached to the console than those to be stopped"};
        case ConsoleOutcome::failed:
            break;
    }
    return Error{Code::not_ready, "the console took no Ctrl-C"};
}

}  // namespace rmb::win
