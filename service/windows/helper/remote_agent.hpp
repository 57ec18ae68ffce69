#pragma once

#include "engine/session_agent.hpp"
#include "proto/codec.hpp"
#include "proto/helper_wire.hpp"
#include "windows/helper/helper_link.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>

namespace rmb::win {

/// An agent whose acts a helper process carries out. The helper is not trusted with more than its
/// own Windows session: each call has a time limit of this side, and an answer of another form than
/// asked for ends the helper, as do a stop that is requested during a call (messages that were sent
/// are not taken back) and silence. The next call starts another.
class RemoteAgent final : public engine::SessionAgent {
public:
    /// What an act that waits for nobody may take.
    static constexpr engine::Milliseconds kAnswerLimit{10'000};

    explicit RemoteAgent(ConnectHelper connect, engine::Milliseconds answer_limit = kAnswerLimit);

    /// Starts the helper unless it runs. not_ready, or the error of `connect`.
    [[nodiscard]] result<void> start();
    /// It runs, and holds no program that waits to be released: somebody else may use it.
    [[nodiscard]] bool is_reusable() const;

    result<std::vector<engine::Presence>> look(std::span<const core::ProcessKey> processes,
                                               std::stop_token stop) override;
    result<std::vector<engine::Vote>> ask_to_end(std::span<const core::ProcessKey> processes,
                                                 bool until_refusal, engine::Milliseconds limit,
                                                 std::stop_token stop) override;
    result<void> tell_end(std::span<const core::ProcessKey> processes, bool ending,
                          engine::Milliseconds limit, std::stop_token stop) override;
    result<void> close(std::span<const core::ProcessKey> processes, std::stop_token stop) override;
    result<void> interrupt(const core::ProcessKey& process, std::span<const std::uint32_t> attached,
                           std::stop_token stop) override;
    result<core::ProcessKey> create(const engine::ProgramStart& program) override;
    result<void> release(const core::ProcessKey& process) override;

private:
    template <class Method>
    result<typename Method::Result> call(const typename Method::Params& params,
                                         engine::Milliseconds limit, std::stop_token stop);
    result<nlohmann::json> call(std::string_view method, nlohmann::json params,
                                const Patience& patience);
    result<std::string> exchange(const std::string& request, const Patience& patience);
    void give_up();
    Error nonsense(std::string_view method, const std::string& what);

    ConnectHelper connect_;
    engine::Milliseconds answer_limit_;
    std::unique_ptr<HelperLink> link_;
    std::int64_t last_id_ = 0;
    std::set<core::ProcessKey> unreleased_;
};

}  // namespace rmb::win
