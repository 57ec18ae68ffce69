#include "linux/file_store.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

namespace rmb::os_linux {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = ".new";

core::Error write_fault(const fs::path& path, const std::error_code& why) {
    return {core::Code::write_fault,
            "state store: " + path.filename().string() + ": " + why.message()};
}

std::error_code last_error() {
    return {errno, std::generic_category()};
}

}  // namespace

FileStore::FileStore(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
}

core::result<void> FileStore::put(std::string_view name, const core::Bytes& record) {
    const auto path = folder_ / name;
    auto unfinished = path;
    unfinished += kUnfinished;
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    std::ranges::copy(record, std::ostreambuf_iterator<char>(out));
    out.close();
    if (!out) {
        return write_fault(path, last_error());
    }
    std::error_code failed;
    fs::rename(unfinished, path, failed);
    if (failed) {
        return write_fault(path, failed);
    }
    return {};
}

core::result<void> FileStore::erase(std::string_view name) {
    std::error_code failed;
    fs::remove(folder_ / name, failed);
    if (failed) {
        return write_fault(folder_ / name, failed);
    }
    return {};
}

core::result<std::vector<std::pair<std::string, core::Bytes>>> FileStore::load() {
    std::vector<std::pair<std::string, core::Bytes>> records;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder_, failed)) {
        if (entry.path().extension() == kUnfinished) {
            fs::remove(entry.path(), failed);  // of a put that a crash cut short
            continue;
        }
        std::ifstream in(entry.path(), std::ios::binary);
        records.emplace_back(entry.path().filename().string(),
                             core::Bytes{std::istreambuf_iterator<char>(in), {}});
    }
    if (failed) {
        return core::Error{core::Code::write_fault,
                           "state store cannot be read: " + failed.message()};
    }
    return records;
}

}  // namespace rmb::os_linux
