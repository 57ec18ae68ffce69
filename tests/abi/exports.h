/* What a loaded DLL exports, read from its own export directory. */
#pragma once

#include <windows.h>

#include <string.h>

static const char* const implemented[] = {"RmEndSession", "RmJoinSession", "RmStartSession"};
enum { implemented_count = sizeof implemented / sizeof implemented[0] };

/* rstrtmgr.dll has them; ours exports a function when it works. */
static const char* const not_implemented[] = {
    "RmAddFilter",         "RmCancelCurrentTask", "RmGetFilterList", "RmGetList", "RmRemoveFilter",
    "RmRegisterResources", "RmReserveHeap",       "RmRestart",       "RmShutdown"};

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
        check(strcmp(name, implemented[i]) == 0, "is one that it should export");
    }
    for (size_t i = 0; i < implemented_count; ++i) {
        check(GetProcAddress(library, implemented[i]) != NULL, implemented[i]);
    }
    for (size_t i = 0; i < sizeof not_implemented / sizeof not_implemented[0]; ++i) {
        check(GetProcAddress(library, not_implemented[i]) == NULL, "not exported yet");
    }
}
