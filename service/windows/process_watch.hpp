#pragma once

#include "core/ports.hpp"

#include <boost/asio/io_context.hpp>

namespace rmb::win {

/// Waits through the system's thread pool, so the number of processes has no limit of 64.
class ProcessWatch final : public core::ProcessWatch {
public:
    explicit ProcessWatch(boost::asio::io_context& loop) : loop_{loop} {}

    core::result<core::RegistrationPtr> watch(const core::ProcessKey& process,
                                              std::function<void()> ended) override;

private:
    boost::asio::io_context& loop_;
};

}  // namespace rmb::win
