/* What a loaded DLL exports, read from its own export directory. */
#pragma once

#include <windows.h>

#include <string.h>

/* All that rstrtmgr.dll has, in the order of the names. */
static const struct {
    const char* name;
    int arguments; /* of 4 bytes each on x86 */
} implemented[] = {{"RmAddFilter", 5},         {"RmCancelCurrentTask", 1}, {"RmEndSession", 1},
                   {"RmGetFilterList", 4},     {"RmGetList", 5},           {"RmJoinSession", 2},
                   {"RmRegisterResources", 7}, {"RmRemoveFilter", 4},      {"RmReserveHeap", 1},
                   {"RmRestart", 3},           {"RmShutdown", 3},          {"RmStartSession", 3}};
enum { implemented_count = sizeof implemented / sizeof implemented[0], most_arguments = 7 };

static const void* at(HMODULE library, DWORD offset) {
    return (const BYTE*)library + offset;
}

static void check_exports(HMODULE library) {
    const IMAGE_DOS_HEADER* dos = at(library, 0);
    const IMAGE_NT_HEADERS* headers = at(library, (DWORD)dos->e_lfanew);
    const DWORD where =
        headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress;
    const IMAGE_EXPORT_DIRECTORY* directory = at(library, where);
    const DWORD* names = at(library, directory->AddressOfNames);

    check_equal(directory->NumberOfFunctions, implemented_count, "functions exported");
    check_equal(directory->NumberOfNames, implemented_count, "names exported");
    for (DWORD i = 0; i < directory->NumberOfNames && i < implemented_count; ++i) {
        const char* name = at(library, names[i]);
        printf("     exports %s\n", name);
        check(strcmp(name, implemented[i].name) == 0, "is one that it should export");
    }
    for (size_t i = 0; i < implemented_count; ++i) {
        check(GetProcAddress(library, implemented[i].name) != NULL, implemented[i].name);
    }
}
