#pragma once

#include "harness/child_process.hpp"
#include "harness/own_client.hpp"
#include "harness/registry.hpp"
#include "harness/scm_service.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rmb::e2e {

/// UTF-8, as the wire has it.
[[nodiscard]] std::string text(const std::filesystem::path& path);
/// The real pipe's name.
[[nodiscard]] std::wstring broker_pipe();
[[nodiscard]] bool is_wine();
[[nodiscard]] std::filesystem::path log_file();
/// Of what was logged since the test began; all of it once the service has stopped.
[[nodiscard]] std::string read_log();

/// Begins on a machine without broker, policy and log, and leaves it so.
class BareMachine : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;
    void kill_children() {
        children_.clear();
    }

    /// A child that lives until the end of the test.
    ChildProcess& spawn();

    ScmService scm_;

private:
    std::vector<std::unique_ptr<ChildProcess>> children_;
};

/// The service is installed, and stopped.
class StoppedBroker : public BareMachine {
protected:
    void SetUp() override;
};

/// The service runs. At the end of each test no session may be left.
class RunningBroker : public StoppedBroker {
protected:
    void SetUp() override;
    void TearDown() override;

    using Values = std::initializer_list<std::pair<const wchar_t*, DWORD>>;
    /// Sets values of the policy and has the service take them over.
    void set_policy(const Values& values);
    /// Sends paramchange and waits until the service has read its configuration again.
    void reload();
    /// False when it is not so within `span`.
    bool has_sessions(std::size_t count, Milliseconds span = kPatience);

    /// Made by the first use, under the policy of that moment.
    OwnClient& broker();

private:
    std::unique_ptr<OwnClient> broker_;
};

/// And a folder for the test's own files.
class BrokerWithFolder : public RunningBroker {
protected:
    void SetUp() override;
    void TearDown() override;

    std::filesystem::path make_file(const std::string& name);

    const std::filesystem::path folder_ = std::filesystem::temp_directory_path() / L"rmb e2e test";
};

}  // namespace rmb::e2e
