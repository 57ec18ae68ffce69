// Precompiled for code that uses Asio (and JSON, see json.hpp).
#pragma once

#include "json.hpp"

#include <chrono>
#include <mutex>
#include <thread>

#include <boost/asio.hpp>
