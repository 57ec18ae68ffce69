#pragma once

#include <cstdlib>

/// In every build: what does not hold ends the fuzzer with the input that showed it.
#define RMB_REQUIRE(condition) \
    do {                       \
        if (!(condition)) {    \
            std::abort();      \
        }                      \
    } while (false)
