#include "windows/security_descriptor.hpp"

#include <sddl.h>

namespace rmb::win {

result<SecurityDescriptor> SecurityDescriptor::from_sddl(std::string_view sddl) {
    SecurityDescriptor made;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(
            wide(sddl).c_str(), SDDL_REVISION_1, made.descriptor_.out(), nullptr) == FALSE) {
        return last_error("reading a security descriptor");
    }
    return made;
}

}  // namespace rmb::win
