#include "proto/codec.hpp"
#include "proto/methods.hpp"

#include <cstdio>
#include <set>
#include <string>
#include <string_view>

// Prints a libFuzzer dictionary: what a random byte string would take long to hit upon. The names
// come from the method table.
namespace {

using namespace rmb::proto;

void add_names(const nlohmann::json& schema, std::set<std::string>& words) {
    if (const auto properties = schema.find("properties"); properties != schema.end()) {
        for (const auto& [name, inner] : properties->items()) {
            words.insert('"' + name + "\":");
            add_names(inner, words);
        }
    }
    if (const auto items = schema.find("items"); items != schema.end()) {
        add_names(*items, words);
    }
}

std::string escaped(std::string_view word) {
    std::string text;
    for (const char c : word) {
        if (c == '"' || c == '\\') {
            text += '\\';
            text += c;
        } else if (c == '\r') {
            text += "\\x0D";
        } else if (c == '\n') {
            text += "\\x0A";
        } else {
            text += c;
        }
    }
    return text;
}

}  // namespace

int main() {
    std::set<std::string> words{"Content-Length: ",
                                "Content-Type: ",
                                "\r\n\r\n",
                                "\r\n",
                                "\"jsonrpc\":\"2.0\"",
                                "\"id\":",
                                "\"method\":",
                                "\"params\":{",
                                "\"result\":",
                                "\"error\":{\"code\":",
                                "\"message\":",
                                "\"data\":{",
                                "\"subject\":",
                                "null",
                                "true",
                                "-0",
                                "1e3",
                                "4294967301",
                                "9223372036854775808",
                                "18446744073709551615",
                                "16777217",
                                "\\u0000",
                                "\\ud83d\\ude00",
                                "01234567-89ab-cdef-0123-456789abcdef",
                                "RMBS",
                                std::string{kCancelNotification},
                                std::string{kProgressNotification},
                                std::string{kAliveNotification}};
    for_each_method([&]<class M>() {
        words.insert('"' + std::string{M::kName} + '"');
        add_names(schema_of(static_cast<const typename M::Params*>(nullptr)), words);
        add_names(schema_of(static_cast<const typename M::Result*>(nullptr)), words);
    });
    for (const auto& word : words) {
        std::printf("\"%s\"\n", escaped(word).c_str());
    }
    return 0;
}
