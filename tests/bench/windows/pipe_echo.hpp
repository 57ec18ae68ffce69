#pragma once

#include "client/lib/windows_handle.hpp"

#include <windows.h>

#include <cstddef>
#include <string>
#include <vector>

/// The floor: a pipe and nothing else. One process writes a request of a fixed size, another reads
/// it and writes an answer of a fixed size.
namespace rmb::bench {

enum class PipeKind {
    overlapped,   // as the broker and its client library use theirs
    synchronous,  // for information: the fastest there is
};

struct EchoSizes {
    std::size_t request = 0;
    std::size_t answer = 0;
};

/// The other process's part: serves one client until that goes.
void serve_echo(PipeKind kind, const std::wstring& pipe_name, EchoSizes sizes);

/// Starts that process (rmb-bench-echo) and connects to it.
class EchoClient {
public:
    EchoClient(PipeKind kind, EchoSizes sizes);
    EchoClient(const EchoClient&) = delete;
    EchoClient& operator=(const EchoClient&) = delete;
    ~EchoClient();

    void round_trip();
    [[nodiscard]] DWORD server_pid() const {
        return server_pid_;
    }

private:
    const PipeKind kind_;
    DWORD server_pid_ = 0;
    client::UniqueHandle server_{nullptr};
    client::UniqueHandle pipe_{nullptr};
    client::UniqueHandle event_;
    std::vector<char> request_;
    std::vector<char> answer_;
};

}  // namespace rmb::bench
