#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <type_traits>
#include <utility>

namespace rmb::rpc {

/// Runs `work` on a thread of the pool and goes on with its result on the loop. `work` must own
/// what it uses: the awaiting coroutine may be destroyed first.
template <class Work>
auto run_on_pool(boost::asio::io_context& loop, boost::asio::thread_pool& pool, Work work)
    -> boost::asio::awaitable<std::invoke_result_t<Work>> {
    using Result = std::invoke_result_t<Work>;
    auto initiate = [&loop, &pool](auto handler, Work job) {
        boost::asio::post(
            pool, [&loop, handler = std::move(handler), job = std::move(job)]() mutable {
                boost::asio::post(loop, [handler = std::move(handler), result = job()]() mutable {
                    std::move(handler)(std::move(result));
                });
            });
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                   void(Result)>(
        std::move(initiate), boost::asio::use_awaitable, std::move(work));
}

}  // namespace rmb::rpc
