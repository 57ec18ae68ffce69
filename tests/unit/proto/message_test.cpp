#include "proto/message.hpp"

#include "proto/limits.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace rmb::proto;
using nlohmann::json;

/// The one message of a text that is no batch.
Message one(std::string_view text) {
    auto incoming = parse_message(text);
    EXPECT_FALSE(incoming.is_batch) << text;
    EXPECT_EQ(incoming.messages.size(), 1U) << text;
    return std::move(incoming.messages.at(0));
}

struct MalformedCase {
    std::string text;
    Code code;
    Id id;
};

TEST(ParseMessage, Malformed_IsInvalidWithCodeAndId) {
    const Id none{};
    const std::string long_id(65, 'x');
    const std::vector<MalformedCase> cases{
        {"", Code::parse_error, none},
        {"{", Code::parse_error, none},
        {"{\"id\":1,", Code::parse_error, none},
        {"\xFF", Code::parse_error, none},
        {"1", Code::invalid_request, none},
        {"null", Code::invalid_request, none},
        {"\"x\"", Code::invalid_request, none},
        {"{}", Code::invalid_request, none},
        {R"({"id":1,"id":1,"jsonrpc":"2.0","method":"a"})", Code::invalid_request, none},
        // jsonrpc
        {R"({"id":7,"method":"a"})", Code::invalid_request, Id{7}},
        {R"({"jsonrpc":"1.0","id":7,"method":"a"})", Code::invalid_request, Id{7}},
        {R"({"jsonrpc":2.0,"id":7,"method":"a"})", Code::invalid_request, Id{7}},
        {R"({"jsonrpc":2,"id":"q","method":"a"})", Code::invalid_request, Id{"q"}},
        {R"({"jsonrpc":"2.0\u0000","id":7,"method":"a"})", Code::invalid_request, Id{7}},
        {R"({"jsonrpc":null,"method":"a"})", Code::invalid_request, none},
        // id
        {R"({"jsonrpc":"2.0","id":null,"method":"a"})", Code::invalid_request, none},
        {R"({"jsonrpc":"2.0","id":true,"method":"a"})", Code::invalid_request, none},
        {R"({"jsonrpc":"2.0","id":1.0,"method":"a"})", Code::invalid_request, none},
        {R"({"jsonrpc":"2.0","id":1e3,"method":"a"})", Code::invalid_request, none},
        {R"({"jsonrpc":"2.0","id":[1],"method":"a"})", Code::invalid_request, none},
        {R"({"jsonrpc":"2.0","id":{},"method":"a"})", Code::invalid_request, none},
        {R"({"jsonrpc":"2.0","id":9223372036854775808,"method":"a"})", Code::invalid_request, none},
        {R"({"jsonrpc":"2.0","id":-9223372036854775809,"method":"a"})", Code::invalid_request,
         none},
        {R"({"jsonrpc":"2.0","id":")" + long_id + R"(","method":"a"})", Code::invalid_request,
         none},
        // method
        {R"({"jsonrpc":"2.0","id":7,"method":1})", Code::invalid_request, Id{7}},
        {R"({"jsonrpc":"2.0","id":7,"method":null})", Code::invalid_request, Id{7}},
        {R"({"jsonrpc":"2.0","id":7,"method":["a"]})", Code::invalid_request, Id{7}},
        {R"({"jsonrpc":"2.0","method":1})", Code::invalid_request, none},
        // params
        {R"({"jsonrpc":"2.0","id":7,"method":"a","params":[1]})", Code::invalid_params, Id{7}},
        {R"({"jsonrpc":"2.0","id":7,"method":"a","params":null})", Code::invalid_params, Id{7}},
        {R"({"jsonrpc":"2.0","id":7,"method":"a","params":"x"})", Code::invalid_params, Id{7}},
        {R"({"jsonrpc":"2.0","id":7,"method":"a","params":0})", Code::invalid_params, Id{7}},
    };
    for (const auto& [text, code, id] : cases) {
        SCOPED_TRACE(text);
        const auto message = one(text);
        const auto* invalid = std::get_if<Invalid>(&message);
        ASSERT_NE(invalid, nullptr);
        EXPECT_EQ(invalid->error.code, code);
        EXPECT_EQ(invalid->id, id);
        EXPECT_FALSE(invalid->error.message.empty());
    }
}

TEST(ParseMessage, ParamsNotAnObject_NamesParams) {
    const auto message = one(R"({"jsonrpc":"2.0","id":7,"method":"a","params":[1]})");
    EXPECT_EQ(std::get<Invalid>(message).error.subject, "params");
}

// It was taken for an answer, which a server does not answer: the caller waited for ever.
TEST(ParseMessage, NeitherMethodNorResultNorError_IsInvalidUnderItsId) {
    const auto message = one(R"({"jsonrpc":"2.0","id":7,"params":{}})");
    const auto* invalid = std::get_if<Invalid>(&message);
    ASSERT_NE(invalid, nullptr);
    EXPECT_EQ(invalid->error.code, Code::invalid_request);
    EXPECT_EQ(invalid->id, Id{7});
}

TEST(ParseMessage, Request_IsReadWithEveryFormOfId) {
    const std::vector<std::pair<std::string, Id>> ids{
        {"0", Id{0}},
        {"-0", Id{0}},
        {"-5", Id{-5}},
        {"9223372036854775807", Id{std::numeric_limits<std::int64_t>::max()}},
        {"-9223372036854775808", Id{std::numeric_limits<std::int64_t>::min()}},
        {"\"\"", Id{""}},
        {"\"1\"", Id{"1"}},
        {'"' + std::string(64, 'x') + '"', Id{std::string(64, 'x')}},
    };
    for (const auto& [text, id] : ids) {
        SCOPED_TRACE(text);
        const auto message =
            one(R"({"jsonrpc":"2.0","id":)" + text + R"(,"method":"m","params":{"a":1},"x":0})");
        const auto* request = std::get_if<Request>(&message);
        ASSERT_NE(request, nullptr);
        EXPECT_EQ(request->id, id);
        EXPECT_EQ(request->method, "m");
        EXPECT_EQ(request->params, (json{{"a", 1}}));
    }
}

TEST(ParseMessage, ParamsAbsentOrAnEmptyArray_AreAnEmptyObject) {
    for (const std::string_view params : {"", R"(,"params":[])", R"(,"params":{})"}) {
        const auto rest = R"("method":"m")" + std::string{params} + "}";
        EXPECT_EQ(std::get<Request>(one(R"({"jsonrpc":"2.0","id":1,)" + rest)).params,
                  json::object());
        EXPECT_EQ(std::get<Notification>(one(R"({"jsonrpc":"2.0",)" + rest)).params,
                  json::object());
    }
}

// JSON-RPC 2.0, 4.1: "the client would not be aware of any errors (like e.g. Invalid params)".
TEST(ParseMessage, NotificationWithWrongParams_IsNotAnswered) {
    for (const std::string_view params : {"[1]", "null", "3"}) {
        const auto message =
            one(R"({"jsonrpc":"2.0","method":"m","params":)" + std::string{params} + "}");
        ASSERT_TRUE(std::holds_alternative<Notification>(message)) << params;
        EXPECT_EQ(std::get<Notification>(message).method, "m");
    }
}

TEST(ParseMessage, ResultOfAnyType_IsAResponse) {
    for (const std::string_view value : {"null", "1", "[]", "{\"a\":[1]}", "\"\""}) {
        const auto message = one(R"({"jsonrpc":"2.0","id":7,"result":)" + std::string{value} + "}");
        const auto* response = std::get_if<Response>(&message);
        ASSERT_NE(response, nullptr) << value;
        EXPECT_EQ(response->id, Id{7});
        ASSERT_TRUE(response->outcome);
        EXPECT_EQ(*response->outcome, json::parse(value));
    }
}

TEST(ParseMessage, ErrorResponse_KeepsCodeMessageAndSubject) {
    const auto message = one(
        R"({"jsonrpc":"2.0","id":null,"error":{"code":353,"message":"m","data":{"subject":"s"}}})");
    const auto& response = std::get<Response>(message);
    EXPECT_EQ(response.id, Id{});
    ASSERT_FALSE(response.outcome);
    EXPECT_EQ(response.outcome.error(), (Error{Code::max_sessions_reached, "m", "s"}));
}

TEST(ParseMessage, ErrorWithOddMembers_KeepsItsCode) {
    const auto message =
        one(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":3,"data":[1]}})");
    const auto& response = std::get<Response>(message);
    ASSERT_FALSE(response.outcome);
    EXPECT_EQ(response.outcome.error(), (Error{static_cast<Code>(-32000), "", ""}));
}

TEST(ParseMessage, ContradictoryResponse_IsAnErrorUnderItsId) {
    // A code of 0 would be success to those who hand codes on.
    for (const std::string_view members :
         {R"("result":1,"error":{"code":1,"message":""})", R"("error":null)", R"("error":{})",
          R"("error":[1])", R"("error":{"code":"5"})", R"("error":{"code":1.0})",
          R"("error":{"code":true})", R"("error":{"code":2147483648})",
          R"("error":{"code":-2147483649})", R"("error":{"code":0,"message":""})"}) {
        const auto message = one(R"({"jsonrpc":"2.0","id":7,)" + std::string{members} + "}");
        const auto* response = std::get_if<Response>(&message);
        ASSERT_NE(response, nullptr) << members;
        EXPECT_EQ(response->id, Id{7});
        EXPECT_EQ(rmb::test::code_of(response->outcome), Code::invalid_request) << members;
    }
}

TEST(ParseMessage, Batch_KeepsOrderAndMarksWhatIsWrong) {
    const auto incoming = parse_message(R"([
        {"jsonrpc":"2.0","id":1,"method":"a"},
        {"jsonrpc":"2.0","method":"b"},
        {"foo":"boo"},
        [],
        5,
        {"jsonrpc":"2.0","id":2,"result":{}},
        {"jsonrpc":"2.0","id":"x","method":"c","params":[1]}])");
    EXPECT_TRUE(incoming.is_batch);
    ASSERT_EQ(incoming.messages.size(), 7U);
    EXPECT_EQ(std::get<Request>(incoming.messages[0]).method, "a");
    EXPECT_EQ(std::get<Notification>(incoming.messages[1]).method, "b");
    EXPECT_EQ(std::get<Invalid>(incoming.messages[2]).error.code, Code::invalid_request);
    EXPECT_EQ(std::get<Invalid>(incoming.messages[3]).error.code, Code::invalid_request);
    EXPECT_EQ(std::get<Invalid>(incoming.messages[4]).error.code, Code::invalid_request);
    EXPECT_EQ(std::get<Response>(incoming.messages[5]).id, Id{2});
    EXPECT_EQ(std::get<Invalid>(incoming.messages[6]).id, Id{"x"});
    EXPECT_EQ(std::get<Invalid>(incoming.messages[6]).error.code, Code::invalid_params);
}

std::string batch_of(std::size_t count) {
    auto batch = json::array();
    for (std::size_t i = 0; i < count; ++i) {
        batch.push_back({{"jsonrpc", "2.0"}, {"id", i}, {"method", "m"}});
    }
    return batch.dump();
}

TEST(ParseMessage, BatchOf1To32_IsAccepted) {
    for (const std::size_t count : {1U, 2U, 32U}) {
        const auto incoming = parse_message(batch_of(count));
        EXPECT_TRUE(incoming.is_batch);
        EXPECT_EQ(incoming.messages.size(), count);
    }
}

TEST(ParseMessage, BatchOf0Or33_IsOneInvalid) {
    for (const std::size_t count : {0U, 33U, 1000U}) {
        const auto message = one(batch_of(count));
        ASSERT_TRUE(std::holds_alternative<Invalid>(message)) << count;
        EXPECT_EQ(std::get<Invalid>(message).error.code, Code::invalid_request);
        EXPECT_EQ(std::get<Invalid>(message).id, Id{});
    }
}

TEST(ToJson, Messages_HaveTheMembersOfTheSpecification) {
    EXPECT_EQ(to_json(Request{Id{7}, "m", {{"a", 1}}}),
              json::parse(R"({"jsonrpc":"2.0","id":7,"method":"m","params":{"a":1}})"));
    EXPECT_EQ(to_json(Notification{"m", json::object()}),
              json::parse(R"({"jsonrpc":"2.0","method":"m","params":{}})"));
    EXPECT_EQ(to_json(Response{Id{"q"}, json{{"a", 1}}}),
              json::parse(R"({"jsonrpc":"2.0","id":"q","result":{"a":1}})"));
    EXPECT_EQ(to_json(Response{Id{}, Error{Code::invalid_handle, "why", "params.session"}}),
              json::parse(R"({"jsonrpc":"2.0","id":null,"error":{"code":6,"message":"why",
                  "data":{"name":"ERROR_INVALID_HANDLE","subject":"params.session"}}})"));
    EXPECT_EQ(to_json(Error{Code::parse_error, "why"}),
              json::parse(R"({"code":-32700,"message":"why","data":{"name":"PARSE_ERROR"}})"));
}

TEST(ToJson, EachMessage_IsReadBackTheSame) {
    const Request request{Id{"\xC3\xA9"}, "a.b", {{"x", {1, 2}}}};
    const auto read_request = std::get<Request>(one(dump(to_json(request))));
    EXPECT_EQ(read_request.id, request.id);
    EXPECT_EQ(read_request.method, request.method);
    EXPECT_EQ(read_request.params, request.params);

    const Response response{Id{-1}, Error{Code::cancelled, "m", "s"}};
    const auto read_response = std::get<Response>(one(dump(to_json(response))));
    EXPECT_EQ(read_response.id, response.id);
    EXPECT_EQ(read_response.outcome.error(), response.outcome.error());
}

TEST(Dump, BytesThatAreNotUtf8_AreReplaced) {
    const auto text = dump(to_json(Response{Id{1}, Error{Code::internal_error, "a\xFF\xC3"}}));
    const auto message = one(text);
    EXPECT_EQ(std::get<Response>(message).outcome.error().message, "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Dump, Text_IsOneLine) {
    EXPECT_EQ(dump(json{{"a", "x\ny"}}), R"({"a":"x\ny"})");
}

}  // namespace
