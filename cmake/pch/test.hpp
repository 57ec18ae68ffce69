// Precompiled for the tests.
#pragma once

#include "asio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
