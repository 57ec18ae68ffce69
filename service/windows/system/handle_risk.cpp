#include "windows/system/handle_risk.hpp"

#include <algorithm>

namespace rmb::win {
namespace {

// GENERIC_READ | GENERIC_WRITE; GENERIC_WRITE by CreateFile, and by NtCreateFile.
constexpr std::array<std::uint32_t, 3> kSome{0x12019F, 0x120196, 0x120116};

// Most of them are what programs that list handles leave out, since they hung in them
// (PoshInternals issue 7, and others): ends that CreatePipe and CreateNamedPipe make, sockets.
constexpr std::array<std::uint32_t, 10> kHigh{
    0x120189,  // the reading end of CreatePipe
    0x12008D,  // the server of an inbound pipe
    0x1A0089,
    0x1A019F,  // a server that may change the pipe's owner
    0x16019F,  // ... or its DACL; sockets
    0x1E019F,  // ... or both
    0x12008B,  // a client that leaves out the right to create instances: those of this service
    0x12018B,  // the same by MAXIMUM_ALLOWED
    0x12019B,  // the same with all else of GENERIC_READ | GENERIC_WRITE
    0x100000,  // SYNCHRONIZE alone, which keeps no file busy
};

}  // namespace

HandleRisk risk_of(std::uint32_t access) {
    if (std::ranges::count(kHigh, access) != 0) {
        return HandleRisk::high;
    }
    return std::ranges::count(kSome, access) != 0 ? HandleRisk::some : HandleRisk::low;
}

std::array<std::vector<FileHandle>, kHandleRisks> by_risk(const std::vector<FileHandle>& handles) {
    std::array<std::vector<FileHandle>, kHandleRisks> sorted;
    for (const auto& handle : handles) {
        sorted.at(static_cast<std::size_t>(risk_of(handle.access))).push_back(handle);
    }
    return sorted;
}

}  // namespace rmb::win
