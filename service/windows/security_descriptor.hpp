#pragma once

#include "windows/api.hpp"

#include <string_view>

namespace rmb::win {

/// A security descriptor made from its text.
class SecurityDescriptor {
public:
    static result<SecurityDescriptor> from_sddl(std::string_view sddl);

    [[nodiscard]] PSECURITY_DESCRIPTOR get() const {
        return descriptor_.get();
    }
    /// Points into this object; handles made with it are not inherited.
    [[nodiscard]] SECURITY_ATTRIBUTES attributes() const {
        return {sizeof(SECURITY_ATTRIBUTES), descriptor_.get(), FALSE};
    }

private:
    UniqueLocal descriptor_;
};

}  // namespace rmb::win
