#pragma once

#include "rpc/peer.hpp"
#include "windows/token_api.hpp"

#include <memory>
#include <optional>

namespace rmb::win {

/// Who is at the other end of one connected pipe instance: DESIGN 6, "Identity once".
///
/// The pipe's token says who opened the pipe, the process's token who runs behind the id that the
/// pipe names. Neither is enough: an id can be that of a later process, a thread can impersonate.
/// Where both agree the caller is who both say; all else is refused. Acts in the caller's name are
/// done with a copy of the process's token, opened after that; the pipe's is only ever queried. In
/// an administrator's copy SeDebugPrivilege is enabled, if the token holds it.
///
/// `pipe` is borrowed. Where its stream is closed while a call here runs, the answer may be about
/// nobody or about another client; a host that has closed the stream throws the answer away.
class CallerIdentity final : public rpc::PeerIdentity {
public:
    /// `pid` is what the pipe named when the client connected.
    CallerIdentity(TokenApi& api, HANDLE pipe, std::uint32_t pid);

    core::result<core::Caller> process() override;
    core::result<core::Caller> caller() override;

private:
    struct Process;

    core::result<const Process*> open_process();
    core::result<core::TokenFacts> pipe_facts();
    core::result<std::shared_ptr<const core::Rights>> open_rights(const core::TokenFacts& agreed,
                                                                  bool is_administrator);

    TokenApi& api_;
    HANDLE pipe_;
    std::uint32_t pid_;
    /// Held open, so that the id cannot become another process's.
    struct Process {
        SeamHandle handle;
        core::ProcessKey key;
        std::string program;
        core::TokenFacts facts;
    };
    std::optional<Process> process_;
};

}  // namespace rmb::win
