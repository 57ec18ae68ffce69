#include "windows/caller_rights.hpp"

#include "windows/api.hpp"

#include <memory>

namespace rmb::win {
namespace {

class Assumed final : public core::Registration {
public:
    explicit Assumed(TokenApi& api) : api_{api} {}
    ~Assumed() override {
        if (!active_) {
            return;
        }
        if (const DWORD code = api_.revert_to_self(); code != ERROR_SUCCESS) {
            api_.die(code);
        }
    }

    DWORD begin(HANDLE token) {
        const DWORD code = api_.assume_token(token);
        active_ = code == ERROR_SUCCESS;
        return code;
    }

private:
    TokenApi& api_;
    bool active_ = false;
};

}  // namespace

core::result<core::RegistrationPtr> CallerRights::assume() const {
    // Made first: nothing may fail between assuming and the guard that ends it.
    auto assumed = std::make_unique<Assumed>(api_);
    if (const DWORD code = assumed->begin(token_.get()); code != ERROR_SUCCESS) {
        return error_as(Code::access_denied, "acting as the caller", code);
    }
    return core::RegistrationPtr{std::move(assumed)};
}

}  // namespace rmb::win
