/* Found by name, as installers do that load the DLL themselves.
 *
 *   rmb-abi-dynamic [--broker] [DLL]
 *
 * Needs no broker. With --broker one must run, and sessions are started, filled and ended too. */
#include <rmbclient/restartmanager.h>

#include "api.h"
#include "arguments.h"
#include "check.h"
#include "contents.h"
#include "exports.h"
#include "stack_check.h"
#include "usage.h"

enum { key_units = CCH_RM_SESSION_KEY + 1, guard_units = 8 };

/* Calls each with zeros. Without a broker not the one that takes any handle for good and goes on to
 * the system's DLL: Wine's has no such function. */
static void check_convention(HMODULE library, int with_broker) {
#ifdef __i386__
    static const DWORD nothing[most_arguments];
    for (int i = 0; i < implemented_count; ++i) {
        const char* const name = implemented[i].name;
        DWORD code = 0;
        if (with_broker || strcmp(name, "RmCancelCurrentTask") != 0) {
            const int left =
                left_on_stack(find(library, name), nothing, implemented[i].arguments, &code);
            check_equal((unsigned long)left, 0, name);
        }
    }
#else
    (void)library;
    (void)with_broker;
    check(1, "there is one calling convention on this processor");
#endif
}

static int load_and_unload(const char* path, int times) {
    for (int i = 0; i < times; ++i) {
        HMODULE library = LoadLibraryA(path);
        if (library == NULL) {
            return 0;
        }
        struct api api;
        if (!find_all(library, &api)) {
            return 0;
        }
        api.end(0);
        if (!FreeLibrary(library)) {
            return 0;
        }
    }
    return 1;
}

static void check_unloading(const char* path) {
    /* One small block left each time would be more than this. */
    enum { times = 1000, most_bytes = 8 * 1024, most_pages = 256 * 1024, most_handles = 4 * 32 };
    check(load_and_unload(path, 20), "loads and unloads");
    const struct usage before = usage_now();
    check(load_and_unload(path, times), "loads, calls and unloads 1000 times");
    const struct usage after = usage_now();
    printf("     heap bytes %lu -> %lu, private pages %lu -> %lu, next handle %lu -> %lu\n",
           (unsigned long)before.heap_bytes, (unsigned long)after.heap_bytes,
           (unsigned long)before.committed, (unsigned long)after.committed,
           (unsigned long)before.next_handle, (unsigned long)after.next_handle);
    check(before.heap_bytes != 0 && after.heap_bytes <= before.heap_bytes + most_bytes,
          "heap bytes stay");
    check(before.committed != 0 && after.committed <= before.committed + most_pages,
          "private pages stay");
    check(after.next_handle <= before.next_handle + most_handles, "handles stay");
    const char* name = strrchr(path, '\\');
    check(GetModuleHandleA(name != NULL ? name + 1 : path) == NULL, "is unloaded after it");
}

/* The text of a key where the page ends: reading on would fault. */
static WCHAR* at_end_of_page(const WCHAR* text, size_t units) {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    BYTE* pages = VirtualAlloc(NULL, 2 * system.dwPageSize, MEM_RESERVE, PAGE_NOACCESS);
    if (pages == NULL ||
        VirtualAlloc(pages, system.dwPageSize, MEM_COMMIT, PAGE_READWRITE) == NULL) {
        return NULL;
    }
    BYTE* start = pages + system.dwPageSize - units * sizeof(WCHAR);
    memcpy(start, text, units * sizeof(WCHAR));
    return (WCHAR*)(void*)start;
}

static int is_key(const WCHAR* text) {
    for (size_t i = 0; i < CCH_RM_SESSION_KEY; ++i) {
        const int digit = (text[i] >= '0' && text[i] <= '9') ||
                          (text[i] >= 'a' && text[i] <= 'f') || (text[i] >= 'A' && text[i] <= 'F');
        if (!digit) {
            return 0;
        }
    }
    return text[CCH_RM_SESSION_KEY] == 0;
}

static void check_malformed_keys(const struct api* api, const WCHAR* key) {
    DWORD handle = untouched;
    WCHAR text[key_units + 1];
    memcpy(text, key, key_units * sizeof(WCHAR));
    text[CCH_RM_SESSION_KEY] = 'a';
    const WCHAR* endless = at_end_of_page(text, key_units);
    check_equal(api->join(&handle, endless), ERROR_SESSION_CREDENTIAL_CONFLICT,
                "join with 33 digits");
    text[31] = 0;
    const WCHAR* short_key = at_end_of_page(text, 32);
    check_equal(api->join(&handle, short_key), ERROR_SESSION_CREDENTIAL_CONFLICT,
                "join with 31 digits");
    const WCHAR* empty = at_end_of_page(L"", 1);
    check_equal(api->join(&handle, empty), ERROR_SESSION_CREDENTIAL_CONFLICT,
                "join with no digits");
    check_equal(handle, untouched, "failures wrote nothing");
}

static void check_sessions(const struct api* api) {
    DWORD primary = 0;
    DWORD secondary = 0;
    WCHAR key[key_units + guard_units];
    for (size_t i = 0; i < key_units + guard_units; ++i) {
        key[i] = untouched;
    }
    check_equal(api->start(&primary, 0, key), ERROR_SUCCESS, "start");
    check(is_key(key), "the key is 32 hex digits and a NUL");
    check(key[key_units] == untouched, "nothing is written behind it");
    check(primary != 0 && primary != 0xFFFFFFFF, "the handle is not taken for none");

    check_malformed_keys(api, key);
    const WCHAR* exact = at_end_of_page(key, key_units);
    check_equal(api->join(&secondary, exact), ERROR_SUCCESS, "join");
    check(secondary != primary, "two handles");
    check_contents(api, primary, secondary);
    check_equal(api->end(secondary), ERROR_SUCCESS, "end of the secondary");
    check_equal(api->end(secondary), ERROR_INVALID_HANDLE, "second end of the secondary");
    check_equal(api->end(primary), ERROR_SUCCESS, "end of the primary");
    check_equal(api->end(primary), ERROR_INVALID_HANDLE, "second end of the primary");
    check_ended(api, primary);
    check_equal(api->join(&secondary, key), ERROR_SESSION_CREDENTIAL_CONFLICT, "join when ended");
}

int main(int count, char** arguments) {
    const char* path = "rmbclient.dll";
    int with_broker = 0;
    for (int i = 1; i < count; ++i) {
        if (strcmp(arguments[i], "--broker") == 0) {
            with_broker = 1;
        } else {
            path = arguments[i];
        }
    }
    HMODULE library = LoadLibraryA(path);
    if (library == NULL) {
        printf("FAIL LoadLibrary %s: %lu\n", path, GetLastError());
        return 1;
    }
    struct api api;
    check_exports(library);
    if (!find_all(library, &api)) {
        printf("FAIL functions are missing\n");
        return 1;
    }
    check_arguments(&api);
    check_convention(library, with_broker);
    if (with_broker) {
        check_sessions(&api);
    }
    FreeLibrary(library);
    if (!with_broker) {
        check_unloading(path);
    }
    return exit_code();
}
