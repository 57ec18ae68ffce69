#include "proto/methods.hpp"

#include "proto/codec.hpp"
#include "proto/openrpc.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using namespace rmb::proto;
using nlohmann::json;

std::vector<std::string> method_names() {
    std::vector<std::string> names;
    for_each_method([&]<class M>() { names.emplace_back(M::kName); });
    return names;
}

TEST(MethodTable, Names_AreThoseOfTheDesignAndUnique) {
    const auto names = method_names();
    const std::set<std::string> unique(names.begin(), names.end());
    EXPECT_EQ(unique.size(), names.size());
    EXPECT_EQ(unique,
              (std::set<std::string>{
                  "broker.hello",     "session.start",  "session.join",         "session.end",
                  "session.register", "session.list",   "session.shutdown",     "session.restart",
                  "session.cancel",   "filter.add",     "filter.remove",        "filter.list",
                  "broker.ping",      "broker.status",  "broker.sessions",      "broker.watch",
                  "broker.session",   "broker.ledgers", "broker.restartLedger", "broker.endSession",
                  "locks.query",      "rpc.discover"}));
}

TEST(MethodTable, EachMethod_SaysWhatItDoesWhoMayAndHowItFails) {
    for_each_method([]<class M>() {
        SCOPED_TRACE(M::kName);
        EXPECT_FALSE(M::kSummary.empty());
        EXPECT_NE(to_string(M::kAccess), "unknown");
        std::set<Code> errors;
        for (const Code code : M::kErrors) {
            EXPECT_NE(code_name(code), "UNKNOWN");
            EXPECT_GT(static_cast<int>(code), 0) << "reserved codes need no mention";
            EXPECT_TRUE(errors.insert(code).second) << "twice";
        }
    });
}

TEST(MethodTable, EachStruct_IsWrittenAndReadBack) {
    const auto check = []<class T>(std::string_view name) {
        if constexpr (std::is_same_v<T, json>) {
            return;
        } else {
            T value{};
            if constexpr (requires { value.token; }) {
                value.token = *parse_token("01234567-89ab-cdef-0123-456789abcdef");
            }
            const auto written = write(value);
            const auto read = decode<T>(written, "params");
            ASSERT_TRUE(read) << name << ": " << read.error().message;
            EXPECT_EQ(write(*read), written) << name;
        }
    };
    for_each_method([&]<class M>() {
        check.template operator()<typename M::Params>(M::kName);
        check.template operator()<typename M::Result>(M::kName);
    });
}

TEST(MethodTable, Members_AreCamelCaseAndUnique) {
    for_each_method([]<class M>() {
        std::set<std::string> names;
        for_each_member_schema<typename M::Params>(
            [&](std::string_view name, const json&, bool, std::string_view text) {
                EXPECT_TRUE(names.insert(std::string{name}).second) << M::kName << " " << name;
                EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                          std::string_view::npos)
                    << name;
                EXPECT_FALSE(text.empty()) << M::kName << " " << name;
            });
    });
}

TEST(OpenRpc, Document_HoldsEveryMethodInOrder) {
    const auto document = openrpc_document("1.2.3");
    EXPECT_EQ(document["openrpc"], "1.2.6");
    EXPECT_EQ(document["info"]["version"], "1.2.3");
    std::vector<std::string> names;
    for (const auto& method : document["methods"]) {
        names.push_back(method["name"].get_ref<const std::string&>());
        EXPECT_TRUE(method["params"].is_array());
        EXPECT_TRUE(method["result"]["schema"].is_object());
    }
    EXPECT_EQ(names, method_names());
}

TEST(OpenRpc, Errors_CarryCodeAndName) {
    const auto document = openrpc_document("1");
    for (const auto& method : document["methods"]) {
        if (method["name"] == "session.start") {
            EXPECT_EQ(method["errors"][1],
                      (json{{"code", 353}, {"message", "ERROR_MAX_SESSIONS_REACHED"}}));
            EXPECT_EQ(method["params"][1]["name"], "token");
            EXPECT_EQ(method["params"][1]["required"], true);
            return;
        }
    }
    FAIL() << "session.start is missing";
}

TEST(OpenRpc, ParamsOfSessionEnd_AreBothOptional) {
    const auto document = openrpc_document("1");
    for (const auto& method : document["methods"]) {
        if (method["name"] == "session.end") {
            ASSERT_EQ(method["params"].size(), 2U);
            EXPECT_EQ(method["params"][0]["required"], false);
            EXPECT_EQ(method["params"][1]["required"], false);
            return;
        }
    }
    FAIL() << "session.end is missing";
}

}  // namespace
