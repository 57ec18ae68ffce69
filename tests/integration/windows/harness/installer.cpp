#include "harness/installer.hpp"

#include "child/text.hpp"
#include "client/lib/windows_text.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace rmb::e2e {
namespace {

/// A shutdown waits for programs that do not answer, as long as the system lets them.
constexpr Milliseconds kTaskPatience{120'000};
constexpr std::size_t kRowFields = 8;

ListedApp parse_row(const std::vector<std::string>& fields, std::size_t at) {
    ListedApp app;
    app.pid = number(fields.at(at));
    app.start_time = std::stoull(fields.at(at + 1));
    app.type = std::stoi(fields.at(at + 2));
    app.status = number(fields.at(at + 3));
    app.windows_session = number(fields.at(at + 4));
    app.is_restartable = fields.at(at + 5) == "1";
    app.service = fields.at(at + 6);
    app.name = fields.at(at + 7);
    return app;
}

Listing parse_listing(const std::string& line) {
    const auto fields = split(line, '|');
    std::istringstream head{fields.at(0)};
    Listing listing;
    if (!(head >> listing.code >> listing.needed >> listing.count >> listing.reasons >>
          listing.written)) {
        throw std::runtime_error{"unexpected answer: " + line};
    }
    for (std::size_t at = 1; at < fields.size(); at += kRowFields) {
        listing.apps.push_back(parse_row(fields, at));
    }
    return listing;
}

TaskEnd parse_task(const std::string& line) {
    std::istringstream words{line};
    TaskEnd end;
    std::string thread;
    std::string percents;
    if (!(words >> end.code >> thread >> percents)) {
        throw std::runtime_error{"unexpected answer: " + line};
    }
    end.was_told_on_its_thread = thread == "own";
    if (percents != "-") {
        for (const auto& percent : split(percents, ',')) {
            end.percents.push_back(number(percent));
        }
    }
    return end;
}

std::string joined(const std::vector<std::string>& targets) {
    std::string text;
    for (const auto& target : targets) {
        text += "|" + target;
    }
    return text;
}

}  // namespace

const ListedApp* Listing::of(DWORD pid) const {
    const auto found = std::ranges::find_if(
        apps, [pid](const ListedApp& app) { return app.pid == pid && app.service.empty(); });
    return found == apps.end() ? nullptr : &*found;
}

const ListedApp* Listing::of(const std::string& service) const {
    const auto found = std::ranges::find(apps, service, &ListedApp::service);
    return found == apps.end() ? nullptr : &*found;
}

bool TaskEnd::rose_to_100() const {
    return !percents.empty() && percents.back() == 100 &&
           std::ranges::adjacent_find(percents, std::ranges::greater_equal{}) == percents.end();
}

std::string file_target(const std::filesystem::path& file) {
    return "f:" + client::to_utf8(file.wstring()).value();
}

std::string process_target(DWORD pid) {
    return "p:" + std::to_string(pid);
}

std::string process_target(DWORD pid, std::uint64_t start_time) {
    return process_target(pid) + ":" + std::to_string(start_time);
}

std::string service_target(const std::string& name) {
    return "s:" + name;
}

std::string null_target() {
    return "n:";
}

Installer::Installer(ChildProcess& child) : child_(child) {
    const auto started = child_.start();
    if (started.code != ERROR_SUCCESS) {
        throw std::runtime_error{"no session: error " + std::to_string(started.code)};
    }
    handle_ = started.handle;
    key_ = started.key;
}

Installer::Installer(ChildProcess& child, const std::string& key) : child_(child), key_(key) {
    const auto entered = child_.join(key);
    if (entered.code != ERROR_SUCCESS) {
        throw std::runtime_error{"cannot join: error " + std::to_string(entered.code)};
    }
    handle_ = entered.handle;
}

std::string Installer::ask(const std::string& command, const std::string& rest) {
    return child_.ask(command + " " + std::to_string(handle_) + rest, kTaskPatience);
}

DWORD Installer::ask_code(const std::string& command, const std::string& rest) {
    return number(ask(command, rest));
}

DWORD Installer::add(const std::vector<std::string>& targets) {
    return ask_code("register", joined(targets));
}

Listing Installer::list() {
    return parse_listing(ask("list"));
}

Listing Installer::list(UINT capacity) {
    return parse_listing(ask("list", " " + std::to_string(capacity)));
}

TaskEnd Installer::shut_down(DWORD flags) {
    return parse_task(ask("shutdown", " " + std::to_string(flags)));
}

TaskEnd Installer::restart() {
    return parse_task(ask("restart", " 0"));
}

DWORD Installer::cancel() {
    return ask_code("cancel");
}

DWORD Installer::add_filter(const std::vector<std::string>& targets, DWORD action) {
    return ask_code("add-filter", "|" + std::to_string(action) + joined(targets));
}

DWORD Installer::remove_filter(const std::vector<std::string>& targets) {
    return ask_code("remove-filter", joined(targets));
}

DWORD Installer::end() {
    return ask_code("end");
}

void Installer::begin_list() {
    child_.ask("begin list " + std::to_string(handle_));
}

void Installer::begin_shutdown(DWORD flags) {
    child_.ask("begin shutdown " + std::to_string(handle_) + " " + std::to_string(flags));
}

void Installer::begin_restart() {
    child_.ask("begin restart " + std::to_string(handle_) + " 0");
}

Listing Installer::finish_list() {
    return parse_listing(child_.ask("finish", kTaskPatience));
}

TaskEnd Installer::finish_task() {
    return parse_task(child_.ask("finish", kTaskPatience));
}

bool Installer::cancel_what_was_begun() {
    DWORD code = ERROR_SUCCESS;
    const auto is_over = [&] {
        code = cancel();
        return code != ERROR_SUCCESS || child_.ask("is-finished") == "1";
    };
    return eventually(is_over) && code == ERROR_SUCCESS;
}

}  // namespace rmb::e2e
