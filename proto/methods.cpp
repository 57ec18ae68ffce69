#include "proto/methods.hpp"

namespace rmb::proto {

std::string_view to_string(Access access) {
    switch (access) {
        case Access::anyone:
            return "anyone";
        case Access::own:
            return "own sessions";
        case Access::own_or_admin:
            return "own sessions; all for administrators";
    }
    return "unknown";
}

}  // namespace rmb::proto
