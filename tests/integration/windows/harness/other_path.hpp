#pragma once

#include <filesystem>

namespace rmb::e2e {

/// Another way to a folder; gone when this object goes. Steps that fail throw.
class OtherPath {
public:
    OtherPath(const OtherPath&) = delete;
    OtherPath& operator=(const OtherPath&) = delete;
    virtual ~OtherPath() = default;

    [[nodiscard]] const std::filesystem::path& path() const {
        return path_;
    }

protected:
    explicit OtherPath(std::filesystem::path path) : path_(std::move(path)) {}

private:
    std::filesystem::path path_;
};

/// `path` as a junction. Wine 8 makes none: there a Unix link stands for it, which Wine shows as a
/// reparse point.
class Junction final : public OtherPath {
public:
    Junction(const std::filesystem::path& path, const std::filesystem::path& folder);
    ~Junction() override;
};

/// The folder as a drive of that letter, as subst makes it. Wine 8 keeps such a definition and does
/// not look at it when it opens files: there its drive Z: stands for it, which leads to all that C:
/// does.
class SubstitutedDrive final : public OtherPath {
public:
    SubstitutedDrive(wchar_t letter, const std::filesystem::path& folder);
    ~SubstitutedDrive() override;

private:
    std::wstring name_;    // R:
    std::wstring folder_;  // as it was given
};

}  // namespace rmb::e2e
