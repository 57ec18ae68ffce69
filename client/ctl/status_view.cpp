#include "client/ctl/status_view.hpp"

#include "client/ctl/text.hpp"

#include <algorithm>

namespace rmb::ctl {
namespace {

using Align = Table::Align;

std::string micros(std::chrono::microseconds span) {
    return std::to_string(span.count());
}

std::string params_text(const std::vector<MethodList::Param>& params) {
    std::string text;
    for (const auto& param : params) {
        text += (text.empty() ? "" : ", ") + param.name + (param.required ? "" : "?");
    }
    return "(" + text + ")";
}

std::string problems_text(const std::vector<proto::Problem>& problems) {
    if (problems.empty()) {
        return {};
    }
    Table table{{{"WHERE"}, {"PROBLEM"}}};
    for (const auto& problem : problems) {
        table.row({problem.where, problem.what});
    }
    return "\n" + table.text() + "\n'rmbctl doctor' says what to do about " +
           (problems.size() == 1 ? "it.\n" : "them.\n");
}

}  // namespace

std::string status_text(const proto::StatusResult& status) {
    Table counts{{{""}, {"", Align::right}, {""}}};
    counts.row({"sessions", std::to_string(status.sessions),
                std::to_string(status.own_sessions) + " of your user session"});
    counts.row({"processes", std::to_string(status.processes), "that take part in a session"});
    counts.row({"connections", std::to_string(status.connections), ""});
    Table limits{{{"LIMIT"}, {"VALUE", Align::right}, {"REFUSED", Align::right}}};
    for (const auto& limit : status.limits) {
        limits.row({limit.name, std::to_string(limit.value),
                    limit.refused ? std::to_string(*limit.refused) : std::string{"-"}});
    }
    const std::chrono::seconds uptime{status.uptime_seconds};
    return "rmbroker " + printable(status.version) + ", protocol " +
           std::to_string(status.protocol) + ", process " + std::to_string(status.pid) + ", up " +
           duration_text(uptime) + "\n\n" + counts.text() + "\n" + limits.text() +
           problems_text(status.problems);
}

std::string methods_text(const MethodList& list) {
    std::string text;
    for (const auto& method : list.methods) {
        text += printable(method.name + params_text(method.params));
        text += method.access ? "  [" + printable(*method.access) + "]\n" : "\n";
        text += "    " + printable(method.summary) + "\n";
    }
    return text;
}

PingFigures ping_figures(std::chrono::microseconds connecting,
                         std::vector<std::chrono::microseconds> times) {
    std::ranges::sort(times);
    const auto upper = times[times.size() / 2];
    const auto lower = times[(times.size() - 1) / 2];
    return {connecting, times.size(), times.front(), (lower + upper) / 2, times.back()};
}

std::string ping_text(const PingFigures& figures) {
    return count_text(figures.calls, "call") + ": min " + micros(figures.least) + ", median " +
           micros(figures.median) + ", max " + micros(figures.most) +
           " us; first one with connecting " + micros(figures.connecting) + " us\n";
}

nlohmann::json ping_json(const PingFigures& figures) {
    return {{"calls", figures.calls},
            {"minMicroseconds", figures.least.count()},
            {"medianMicroseconds", figures.median.count()},
            {"maxMicroseconds", figures.most.count()},
            {"connectMicroseconds", figures.connecting.count()}};
}

}  // namespace rmb::ctl
