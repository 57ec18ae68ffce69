#include "windows/system/file_identity.hpp"

#include "windows/system/nt_api.hpp"

#include <winioctl.h>

#include <cstring>

namespace rmb::win {

engine::FileId short_identity(std::uint64_t volume, std::uint64_t id) {
    engine::FileId file{volume, {}};
    static_assert(sizeof id <= sizeof file.id);
    std::memcpy(file.id.data(), &id, sizeof id);
    return file;
}

result<engine::FileId> identity_of(HANDLE file) {
    FILE_ID_INFO info{};
    if (GetFileInformationByHandleEx(file, FileIdInfo, &info, sizeof info) != FALSE) {
        engine::FileId id{info.VolumeSerialNumber, {}};
        static_assert(sizeof info.FileId == sizeof id.id);
        std::memcpy(id.id.data(), &info.FileId, sizeof info.FileId);
        return id;
    }
    BY_HANDLE_FILE_INFORMATION facts{};
    if (GetFileInformationByHandle(file, &facts) == FALSE) {
        return last_error("reading a file's identity");
    }
    return short_identity(facts.dwVolumeSerialNumber,
                          (std::uint64_t{facts.nFileIndexHigh} << 32) | facts.nFileIndexLow);
}

bool is_local_disk_file(HANDLE file) {
    nt::Device device;
    if (nt::query_device(file, device) < 0 || (device.characteristics & nt::kRemoteDevice) != 0) {
        return false;
    }
    return device.type == FILE_DEVICE_DISK || device.type == FILE_DEVICE_DISK_FILE_SYSTEM ||
           device.type == FILE_DEVICE_VIRTUAL_DISK;
}

}  // namespace rmb::win
