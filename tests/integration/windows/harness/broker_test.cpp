#include "harness/broker_test.hpp"

#include "client/lib/server_facts.hpp"
#include "client/lib/windows_text.hpp"

#include <fstream>
#include <iterator>
#include <system_error>

namespace rmb::e2e {

std::string text(const std::filesystem::path& path) {
    return client::to_utf8(path.wstring()).value();
}

std::wstring broker_pipe() {
    return client::to_wide(client::kDefaultPipeName);
}

bool is_wine() {
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

std::filesystem::path log_file() {
    const auto* const data = _wgetenv(L"ProgramData");
    return std::filesystem::path{data == nullptr ? L"C:\\ProgramData" : data} / L"rmbroker" /
           L"log" / L"rmbroker.log";
}

std::string read_log() {
    std::ifstream file{log_file(), std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void BareMachine::SetUp() {
    scm_.remove();
    delete_key(kStateKey);
    delete_key(kParametersKey);
    delete_key(kPolicyKey);
    std::filesystem::remove(log_file());
}

void BareMachine::TearDown() {
    kill_children();
    scm_.remove();
    delete_key(kPolicyKey);
}

ChildProcess& BareMachine::spawn() {
    return *children_.emplace_back(std::make_unique<ChildProcess>());
}

void StoppedBroker::SetUp() {
    BareMachine::SetUp();
    scm_.install(programs().broker.wstring());
}

void RunningBroker::SetUp() {
    StoppedBroker::SetUp();
    scm_.start();
}

void RunningBroker::TearDown() {
    kill_children();
    EXPECT_TRUE(has_sessions(0, Milliseconds{2'000})) << "sessions were left behind";
    broker_.reset();
    StoppedBroker::TearDown();
}

OwnClient& RunningBroker::broker() {
    if (!broker_) {
        broker_ = std::make_unique<OwnClient>();
    }
    return *broker_;
}

void RunningBroker::reload() {
    ASSERT_EQ(scm_.control(SERVICE_CONTROL_PARAMCHANGE), static_cast<DWORD>(ERROR_SUCCESS));
    // The handler queues the reload before it returns, so a call made now is served after it.
    (void)broker().status();
}

void RunningBroker::set_policy(const Values& values) {
    for (const auto& [name, value] : values) {
        set_value(kPolicyKey, name, value);
    }
    reload();
}

bool RunningBroker::has_sessions(std::size_t count, Milliseconds span) {
    return eventually([&] { return broker().sessions().sessions.size() == count; }, span);
}

void BrokerWithFolder::SetUp() {
    RunningBroker::SetUp();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
}

void BrokerWithFolder::TearDown() {
    RunningBroker::TearDown();
    // A child that was killed lets go of its files a little later.
    EXPECT_TRUE(eventually([this] {
        std::error_code failed;
        std::filesystem::remove_all(folder_, failed);
        return !failed;
    }));
}

std::filesystem::path BrokerWithFolder::make_file(const std::string& name) {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << "some bytes";
    return path;
}

}  // namespace rmb::e2e
