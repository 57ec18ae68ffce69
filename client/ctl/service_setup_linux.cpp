#include "client/ctl/doctor_facts.hpp"

namespace rmb::ctl {

ServiceSetup query_service_setup() {
    return {};
}

}  // namespace rmb::ctl
