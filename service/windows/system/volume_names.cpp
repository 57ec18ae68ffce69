#include "windows/system/volume_names.hpp"

#include <array>

namespace rmb::win {
namespace {

constexpr std::wstring_view kDosDevices = L"\\??\\";

struct FindVolumeTraits {
    using Value = HANDLE;
    static Value none() {
        return INVALID_HANDLE_VALUE;
    }
    static void close(Value value) {
        FindVolumeClose(value);
    }
};

bool is_local(const std::wstring& root) {
    const auto type = GetDriveTypeW(root.c_str());
    return type == DRIVE_FIXED || type == DRIVE_REMOVABLE || type == DRIVE_RAMDISK;
}

/// Of "Volume{...}" or "C:". Empty where there is none.
std::wstring kernel_name(const std::wstring& device) {
    std::wstring names(1024, L'\0');
    if (QueryDosDeviceW(device.c_str(), names.data(), static_cast<DWORD>(names.size())) == 0) {
        return {};
    }
    // Several, each with a NUL: the first is in force.
    names.resize(names.find(L'\0'));
    return names;
}

void add(const std::wstring& device, const std::wstring& root,
         std::vector<VolumeNames::Pair>& volumes) {
    if (auto kernel = kernel_name(device); !kernel.empty()) {
        volumes.emplace_back(kernel + L'\\', root);
    }
}

std::vector<VolumeNames::Pair> local_volumes() {
    std::vector<VolumeNames::Pair> volumes;
    std::array<wchar_t, MAX_PATH> name{};  // \\?\Volume{...}\ .
    const Unique<FindVolumeTraits> search{FindFirstVolumeW(name.data(), MAX_PATH)};
    for (bool more{search}; more;
         more = FindNextVolumeW(search.get(), name.data(), MAX_PATH) != FALSE) {
        const std::wstring root{name.data()};
        if (is_local(root)) {
            add(root.substr(4, root.size() - 5), root, volumes);
        }
    }
    // Volumes that have a letter and no name: made by other drivers than the mount manager knows.
    const DWORD letters = GetLogicalDrives();
    for (wchar_t letter = L'A'; letter <= L'Z'; ++letter) {
        const std::wstring device{letter, L':'};
        if ((letters >> (letter - L'A') & 1U) != 0 && is_local(device + L'\\')) {
            add(device, L"\\\\?\\" + device + L'\\', volumes);
        }
    }
    return volumes;
}

}  // namespace

VolumeNames::VolumeNames() : VolumeNames{local_volumes()} {}

VolumeNames::VolumeNames(std::vector<Pair> volumes) : volumes_{std::move(volumes)} {}

std::wstring VolumeNames::to_win32(std::wstring_view kernel_path) const {
    for (const auto& [kernel, root] : volumes_) {
        if (kernel_path.starts_with(kernel)) {
            return root + std::wstring{kernel_path.substr(kernel.size())};
        }
    }
    // Wine names a mapped file as it was opened: \??\C:\x or C:\x.
    if (kernel_path.starts_with(kDosDevices)) {
        kernel_path.remove_prefix(kDosDevices.size());
    }
    return kernel_path.starts_with(L'\\') ? std::wstring{} : std::wstring{kernel_path};
}

}  // namespace rmb::win
