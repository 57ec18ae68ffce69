#include "harness/child_process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// What a program names as its DLLs, read from its file.
namespace rmb::e2e {
namespace {

class ProgramFile {
public:
    explicit ProgramFile(const std::filesystem::path& path) {
        std::ifstream file{path, std::ios::binary};
        bytes_.assign(std::istreambuf_iterator<char>{file}, {});
    }

    /// In lower case.
    [[nodiscard]] std::vector<std::string> imports() const {
        std::vector<std::string> names;
        const auto headers = header();
        const auto table =
            headers.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
        auto at = place_of(table);
        for (auto row = read<IMAGE_IMPORT_DESCRIPTOR>(at); row.Name != 0;
             row = read<IMAGE_IMPORT_DESCRIPTOR>(at)) {
            std::string name = bytes_.data() + place_of(row.Name);
            std::ranges::transform(name, name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            names.push_back(std::move(name));
            at += sizeof row;
        }
        return names;
    }

private:
    template <class T>
    [[nodiscard]] T read(std::size_t at) const {
        T value{};
        if (at + sizeof value > bytes_.size()) {
            throw std::out_of_range{"not a program's file"};
        }
        std::memcpy(&value, bytes_.data() + at, sizeof value);
        return value;
    }
    [[nodiscard]] std::size_t header_place() const {
        return static_cast<std::size_t>(read<IMAGE_DOS_HEADER>(0).e_lfanew);
    }
    [[nodiscard]] IMAGE_NT_HEADERS header() const {
        return read<IMAGE_NT_HEADERS>(header_place());
    }
    /// Where in the file it stands that is at `address` once it is loaded.
    [[nodiscard]] std::size_t place_of(DWORD address) const {
        const auto count = header().FileHeader.NumberOfSections;
        auto at = header_place() + sizeof(IMAGE_NT_HEADERS);
        for (WORD i = 0; i < count; ++i, at += sizeof(IMAGE_SECTION_HEADER)) {
            const auto section = read<IMAGE_SECTION_HEADER>(at);
            if (address >= section.VirtualAddress &&
                address - section.VirtualAddress < section.SizeOfRawData) {
                return section.PointerToRawData + (address - section.VirtualAddress);
            }
        }
        throw std::out_of_range{"an address that is not in the file"};
    }

    std::vector<char> bytes_;
};

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

// In session 0 it could not see a user's windows: that is its helper's.
TEST(Imports, Service_HasNoWindowFunctions) {
    const auto names = ProgramFile{programs().broker}.imports();
    EXPECT_TRUE(has(names, "kernel32.dll")) << "it must import something";
    // The last three bring the first two with them.
    for (const auto* name :
         {"user32.dll", "gdi32.dll", "shell32.dll", "ole32.dll", "comctl32.dll"}) {
        EXPECT_FALSE(has(names, name)) << name;
    }
}

// Which shows that the test above would see it.
TEST(Imports, ProgramWithAWindow_HasThem) {
    const auto app = programs().child.parent_path() / L"rmb-e2e-app.exe";
    EXPECT_TRUE(has(ProgramFile{app}.imports(), "user32.dll"));
}

}  // namespace
}  // namespace rmb::e2e
