#include "client/lib/server_facts.hpp"

namespace rmb::client {
namespace {

Verdict verify_process(const PipeFacts& pipe, const ServiceFacts& service) {
    using Answer = ServiceFacts::Answer;
    switch (service.answer) {
        case Answer::denied:
            return Verdict::genuine;
        case Answer::known:
            if (!pipe.server_pid) {
                return Verdict::process_unknown;
            }
            return service.pid != 0 && *pipe.server_pid == service.pid ? Verdict::genuine
                                                                       : Verdict::wrong_process;
        case Answer::not_installed:
            return Verdict::wrong_process;
        case Answer::failed:
        case Answer::none:
            break;
    }
    return Verdict::process_unknown;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::genuine:
            return "genuine";
        case Verdict::name_not_protected:
            return "nameNotProtected";
        case Verdict::owner_unknown:
            return "ownerUnknown";
        case Verdict::wrong_owner:
            return "wrongOwner";
        case Verdict::process_unknown:
            return "processUnknown";
        case Verdict::wrong_process:
            return "wrongProcess";
    }
    return "unknown";
}

std::string_view to_string(ServerReport::Pipe state) {
    switch (state) {
        case ServerReport::Pipe::open:
            return "open";
        case ServerReport::Pipe::busy:
            return "busy";
        case ServerReport::Pipe::missing:
            return "missing";
        case ServerReport::Pipe::denied:
            return "denied";
        case ServerReport::Pipe::failed:
            return "failed";
    }
    return "unknown";
}

Verdict verify_server(std::string_view pipe_name, const PipeFacts& pipe,
                      const ServiceFacts& service, Trust trust) {
    if (!pipe_name.starts_with(kProtectedPrefix)) {
        return Verdict::name_not_protected;
    }
    if (!pipe.owner_sid) {
        return Verdict::owner_unknown;
    }
    const bool console_too = trust == Trust::console_too;
    const bool owner_is_right =
        *pipe.owner_sid == kSystemSid || (console_too && *pipe.owner_sid == kAdministratorsSid);
    if (!owner_is_right) {
        return Verdict::wrong_owner;
    }
    return console_too ? Verdict::genuine : verify_process(pipe, service);
}

}  // namespace rmb::client
