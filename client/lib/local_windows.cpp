#include "client/lib/local.hpp"
#include "client/lib/pipe_dialer.hpp"
#include "client/lib/uuid_bits.hpp"
#include "client/lib/windows_handle.hpp"
#include "client/lib/windows_pipe.hpp"
#include "client/lib/windows_text.hpp"

#include <windows.h>

#include <bcrypt.h>

#include <array>
#include <cstring>
#include <utility>

namespace rmb::client {
namespace {

/// The same key for 32-bit and 64-bit programs.
class RegistryPolicy final : public PolicySource {
public:
    RegistryPolicy() {
        HKEY key = nullptr;
        if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Policies\\rmbroker", 0,
                          KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) == ERROR_SUCCESS) {
            key_.reset(key);
        }
    }

    std::optional<Value> read(std::string_view name) override {
        if (!key_) {
            return std::nullopt;
        }
        // Longer values are no policy.
        std::array<wchar_t, 512> buffer{};
        DWORD size = sizeof buffer;
        DWORD type = REG_NONE;
        const auto status =
            RegGetValueW(key_.get(), nullptr, to_wide(name).c_str(),
                         RRF_RT_REG_DWORD | RRF_RT_REG_SZ, &type, buffer.data(), &size);
        if (status == ERROR_FILE_NOT_FOUND) {
            return std::nullopt;
        }
        if (status != ERROR_SUCCESS) {
            return Unusable{};
        }
        if (type == REG_DWORD) {
            std::uint32_t number = 0;
            std::memcpy(&number, buffer.data(), sizeof number);
            return number;
        }
        auto text = to_utf8(buffer.data());
        if (!text) {
            return Unusable{};
        }
        return *std::move(text);
    }

private:
    UniqueKey key_;
};

}  // namespace

Policy load_policy(std::vector<proto::Problem>* problems) {
    RegistryPolicy registry;
    return read_policy(registry, problems);
}

std::unique_ptr<Dialer> make_local_dialer(const Policy& policy, Clock& clock) {
    return std::make_unique<PipeDialer>(std::make_unique<WindowsPipeApi>(clock), policy.pipe_name,
                                        policy.trust, clock);
}

std::optional<proto::Token> new_token() {
    proto::Token token{};
    if (BCryptGenRandom(nullptr, token.data, static_cast<ULONG>(token.size()),
                        BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0) {
        return std::nullopt;
    }
    mark_as_random(token);
    return token;
}

}  // namespace rmb::client
