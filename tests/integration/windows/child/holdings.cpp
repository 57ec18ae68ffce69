#include "child/holdings.hpp"

namespace rmb::e2e {
namespace {

HANDLE open_shared(const std::wstring& path) {
    return CreateFileW(path.c_str(), GENERIC_READ,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                       OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
}

DWORD WINAPI read_one_byte(void* pipe) {
    char byte = 0;
    DWORD got = 0;
    ReadFile(pipe, &byte, 1, &got, nullptr);
    return 0;
}

}  // namespace

DWORD Holdings::open(const std::wstring& path) {
    const HANDLE file = open_shared(path);
    if (file == INVALID_HANDLE_VALUE) {
        return GetLastError();
    }
    handles_.push_back(file);
    return ERROR_SUCCESS;
}

DWORD Holdings::map(const std::wstring& path) {
    const HANDLE file = open_shared(path);
    if (file == INVALID_HANDLE_VALUE) {
        return GetLastError();
    }
    const HANDLE section = CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
    auto code = section == nullptr ? GetLastError() : DWORD{ERROR_SUCCESS};
    if (section != nullptr) {
        void* const view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
        code = view == nullptr ? GetLastError() : DWORD{ERROR_SUCCESS};
        if (view != nullptr) {
            views_.push_back(view);
        }
        CloseHandle(section);
    }
    CloseHandle(file);
    return code;
}

DWORD Holdings::load(const std::wstring& path) {
    const HMODULE library = LoadLibraryW(path.c_str());
    if (library == nullptr) {
        return GetLastError();
    }
    libraries_.push_back(library);
    return ERROR_SUCCESS;
}

DWORD Holdings::wait_in_pipe() {
    HANDLE read = nullptr;
    HANDLE write = nullptr;
    if (CreatePipe(&read, &write, nullptr, 0) == FALSE) {
        return GetLastError();
    }
    const HANDLE thread = CreateThread(nullptr, 0, read_one_byte, read, 0, nullptr);
    if (thread == nullptr) {
        return GetLastError();
    }
    CloseHandle(thread);
    return ERROR_SUCCESS;
}

void Holdings::release() {
    for (void* const view : views_) {
        UnmapViewOfFile(view);
    }
    for (const HANDLE handle : handles_) {
        CloseHandle(handle);
    }
    for (const HMODULE library : libraries_) {
        FreeLibrary(library);
    }
    views_.clear();
    handles_.clear();
    libraries_.clear();
}

}  // namespace rmb::e2e
