/*
 * Restart Manager by the session broker: link rmbclient.lib instead of Rstrtmgr.lib.
 *
 * Which header? Types, constants and prototypes are those of the Windows SDK.
 *  - A program that includes the SDK's <restartmanager.h> needs no other header.
 *  - This header includes the SDK's where the compiler finds it, so both can be included in any
 *    order.
 *  - With RMBCLIENT_OWN_TYPES, or where there is no SDK header, it declares everything itself. It
 *    must then not be mixed with the SDK's in one source file, unless the SDK's comes first.
 *
 * For C and C++. Every function returns a Win32 code and blocks until it is done; all can be called
 * from several threads at once. Beside the codes of each function: 14 (no memory, or a quota of
 * bytes), 29 (the broker's state cannot be read or written), 121 (no answer in time), 160 (NULL
 * where it is not permitted, or text that is not well-formed UTF-16), and 1062
 * (ERROR_SERVICE_NOT_ACTIVE: the broker does not run). Where a handle is an argument, too: 6
 * (ERROR_INVALID_HANDLE: no session of this process, or not any more). "Primary only": a process
 * that joined gets 1219 (ERROR_SESSION_CREDENTIAL_CONFLICT).
 */
#ifndef RMBCLIENT_RESTARTMANAGER_H
#define RMBCLIENT_RESTARTMANAGER_H

#include <windows.h>

#if !defined(RMBCLIENT_OWN_TYPES) && defined(__has_include)
#if __has_include(<restartmanager.h>)
#include <restartmanager.h>
#endif
#endif

/* The SDK's header has no guard that all its editions share; this macro is in all of them. */
#ifndef CCH_RM_SESSION_KEY

/* mingw-w64's guard: its header, included later, has nothing to add. */
#ifndef _INC_RESTARTMANAGER
#define _INC_RESTARTMANAGER
#endif

#define RM_SESSION_KEY_LEN (sizeof(GUID))           /* bytes of a key */
#define CCH_RM_SESSION_KEY (RM_SESSION_KEY_LEN * 2) /* characters of its text, without the NUL */
#define CCH_RM_MAX_APP_NAME 255                     /* characters, without the NUL */
#define CCH_RM_MAX_SVC_NAME 63                      /* characters, without the NUL */
#define RM_INVALID_TS_SESSION (-1)                  /* Windows session not known */
#define RM_INVALID_PROCESS (-1)

/* C before C11 has no unions without a name; the compilers do. */
#ifdef __GNUC__
#define RMBCLIENT_ANONYMOUS __extension__
#else
#define RMBCLIENT_ANONYMOUS
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum _RM_APP_TYPE {
    RmUnknownApp = 0,  /* fits nowhere else; only force stops it */
    RmMainWindow = 1,  /* has a top-level window */
    RmOtherWindow = 2, /* has windows, no visible top-level one */
    RmService = 3,
    RmExplorer = 4,
    RmConsole = 5,
    RmCritical = 1000 /* cannot be stopped: only a restart of the system frees what it holds */
} RM_APP_TYPE;

typedef enum _RM_SHUTDOWN_TYPE {
    RmForceShutdown = 0x1,          /* end what does not end by itself */
    RmShutdownOnlyRegistered = 0x10 /* stop nothing unless all are registered for restart */
} RM_SHUTDOWN_TYPE;

/* Bits: what has happened to an application so far. */
typedef enum _RM_APP_STATUS {
    RmStatusUnknown = 0x0,
    RmStatusRunning = 0x1,
    RmStatusStopped = 0x2,      /* by Restart Manager */
    RmStatusStoppedOther = 0x4, /* by somebody else */
    RmStatusRestarted = 0x8,
    RmStatusErrorOnStop = 0x10,
    RmStatusErrorOnRestart = 0x20,
    RmStatusShutdownMasked = 0x40, /* by a filter */
    RmStatusRestartMasked = 0x80   /* by a filter */
} RM_APP_STATUS;

/* Bits: why stopping applications does not suffice. */
typedef enum _RM_REBOOT_REASON {
    RmRebootReasonNone = 0x0,
    RmRebootReasonPermissionDenied = 0x1,
    RmRebootReasonSessionMismatch = 0x2, /* runs in another Windows session */
    RmRebootReasonCriticalProcess = 0x4,
    RmRebootReasonCriticalService = 0x8,
    RmRebootReasonDetectedSelf = 0x10 /* the installer holds a resource itself */
} RM_REBOOT_REASON;

typedef enum _RM_FILTER_TRIGGER {
    RmFilterTriggerInvalid = 0,
    RmFilterTriggerFile = 1,
    RmFilterTriggerProcess = 2,
    RmFilterTriggerService = 3
} RM_FILTER_TRIGGER;

typedef enum _RM_FILTER_ACTION {
    RmInvalidFilterAction = 0,
    RmNoRestart = 1,
    RmNoShutdown = 2 /* neither stop nor restart */
} RM_FILTER_ACTION;

/* A process beyond doubt: ids are used again, together with the creation time they are not. */
typedef struct _RM_UNIQUE_PROCESS {
    DWORD dwProcessId;
    FILETIME ProcessStartTime;
} RM_UNIQUE_PROCESS, *PRM_UNIQUE_PROCESS;

typedef struct _RM_PROCESS_INFO {
    RM_UNIQUE_PROCESS Process;
    WCHAR strAppName[CCH_RM_MAX_APP_NAME + 1];
    WCHAR strServiceShortName[CCH_RM_MAX_SVC_NAME + 1];
    RM_APP_TYPE ApplicationType;
    ULONG AppStatus;   /* RM_APP_STATUS bits */
    DWORD TSSessionId; /* or RM_INVALID_TS_SESSION */
    BOOL bRestartable;
} RM_PROCESS_INFO, *PRM_PROCESS_INFO;

/* One record of RmGetFilterList's buffer; the strings are in that buffer too. */
typedef struct _RM_FILTER_INFO {
    RM_FILTER_ACTION FilterAction;
    RM_FILTER_TRIGGER FilterTrigger; /* which member of the union holds */
    DWORD cbNextOffset;              /* bytes from this record to the next, 0 in the last */
    RMBCLIENT_ANONYMOUS union {
        LPWSTR strFilename;
        RM_UNIQUE_PROCESS Process;
        LPWSTR strServiceShortName;
    };
} RM_FILTER_INFO, *PRM_FILTER_INFO;

/* 0 to 100, each higher than the one before. Must not throw. */
typedef void (*RM_WRITE_STATUS_CALLBACK)(UINT nPercentComplete);

/* Starts a session of which this process is the primary; it ends with RmEndSession or with the
 * process. dwSessionFlags must be 0. On success, and only then, the handle (valid in this process
 * only) and exactly CCH_RM_SESSION_KEY + 1 characters of strSessionKey are written.
 * Codes: 353 ERROR_MAX_SESSIONS_REACHED. */
DWORD WINAPI RmStartSession(DWORD* pSessionHandle, DWORD dwSessionFlags, WCHAR strSessionKey[]);

/* Joins the session of that key as a secondary: of the same user, in the same Windows session.
 * Codes: 353; 1219 ERROR_SESSION_CREDENTIAL_CONFLICT for a key that opens nothing;
 * 160 for text that is no key. */
DWORD WINAPI RmJoinSession(DWORD* pSessionHandle, const WCHAR strSessionKey[]);

/* Ends the session (the primary), leaves it (a secondary). A task that runs is cancelled. */
DWORD WINAPI RmEndSession(DWORD dwSessionHandle);

/* Adds to what the session is about, all of the call or nothing. An array may be NULL where its
 * count is 0; elements that are NULL, empty or name nothing are ignored. Files are named by path,
 * which means what it means to this program: its current directory, and in a 32-bit program
 * System32 as WOW64 has it; services by short name. Named processes and services are stopped
 * whatever they hold.
 * Codes: 14 also for more than fits one message (16 MiB, some 130 000 names): use several calls. */
DWORD WINAPI RmRegisterResources(DWORD dwSessionHandle, UINT nFiles, LPCWSTR rgsFileNames[],
                                 UINT nApplications, RM_UNIQUE_PROCESS rgApplications[],
                                 UINT nServices, LPCWSTR rgsServiceNames[]);

/* Which programs and services hold what is registered, now. Primary only. *pnProcInfo is the room
 * in rgAffectedApps, 0 with NULL to ask how much is needed, and becomes the number of entries
 * written; *pnProcInfoNeeded always becomes the number there are, *lpdwRebootReasons their
 * RM_REBOOT_REASON bits. The list can grow between two calls.
 * Codes: 234 ERROR_MORE_DATA where the room does not do (nothing is written to the array then);
 * 5 ERROR_ACCESS_DENIED where a registered file is a folder; 1223 ERROR_CANCELLED. */
DWORD WINAPI RmGetList(DWORD dwSessionHandle, UINT* pnProcInfoNeeded, UINT* pnProcInfo,
                       RM_PROCESS_INFO rgAffectedApps[], LPDWORD lpdwRebootReasons);

/* Stops what RmGetList would show; takes as long as it takes. Primary only. lActionFlags is 0 or
 * RM_SHUTDOWN_TYPE bits. fnStatus, which may be NULL, is called in this thread. RmGetList then
 * tells of each program in AppStatus.
 * Codes: 350 ERROR_FAIL_NOACTION_REBOOT (only a restart of the system frees all: nothing was
 * stopped); 351 ERROR_FAIL_SHUTDOWN (not all could be stopped); 1223. */
DWORD WINAPI RmShutdown(DWORD dwSessionHandle, ULONG lActionFlags,
                        RM_WRITE_STATUS_CALLBACK fnStatus);

/* Starts again what RmShutdown stopped: services, and programs that registered for it. Primary
 * only. dwRestartFlags must be 0. fnStatus as of RmShutdown.
 * Codes: 776 ERROR_REQUEST_OUT_OF_SEQUENCE before any RmShutdown; 352 ERROR_FAIL_RESTART (not all
 * could be started); 1223. */
DWORD WINAPI RmRestart(DWORD dwSessionHandle, DWORD dwRestartFlags,
                       RM_WRITE_STATUS_CALLBACK fnStatus);

/* Asks what runs on the session in another thread, RmGetList, RmShutdown or RmRestart, to end with
 * 1223; success also where nothing runs. Primary only. */
DWORD WINAPI RmCancelCurrentTask(DWORD dwSessionHandle);

/* Keeps a program (full path), a process or a service (short name) from being started again, or
 * stopped. Exactly one of the three is not NULL. Replaces an earlier filter for the same. Primary
 * only. */
DWORD WINAPI RmAddFilter(DWORD dwSessionHandle, LPCWSTR strModuleName, RM_UNIQUE_PROCESS* pProcess,
                         LPCWSTR strServiceShortName, RM_FILTER_ACTION FilterAction);

/* Takes a filter back. Exactly one of the three is not NULL. Primary only.
 * Codes: 2 ERROR_FILE_NOT_FOUND where there is none. */
DWORD WINAPI RmRemoveFilter(DWORD dwSessionHandle, LPCWSTR strModuleName,
                            RM_UNIQUE_PROCESS* pProcess, LPCWSTR strServiceShortName);

/* The filters as a chain of RM_FILTER_INFO in pbFilterBuf; their texts are in it too, so it must
 * not be moved. *cbFilterBufNeeded becomes the bytes that it takes, 0 without filters. Primary
 * only.
 * Codes: 234 where cbFilterBuf bytes do not do or pbFilterBuf is NULL, and where cbFilterBufNeeded
 * is NULL. */
DWORD WINAPI RmGetFilterList(DWORD dwSessionHandle, PBYTE pbFilterBuf, DWORD cbFilterBuf,
                             LPDWORD cbFilterBufNeeded);

/* rstrtmgr.dll has it and nothing documents it; the name in its import library for x86, @4, says
 * that it takes one argument of 4 bytes. Does nothing; success. */
DWORD WINAPI RmReserveHeap(DWORD unknown);

#ifdef __cplusplus
}
#endif

#endif /* CCH_RM_SESSION_KEY */

#endif /* RMBCLIENT_RESTARTMANAGER_H */
