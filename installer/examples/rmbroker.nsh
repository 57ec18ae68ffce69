; Restart Manager by the broker, for NSIS installers of both kinds (amd64, x86).
;
;   !include LogicLib.nsh
;   !include rmbroker.nsh
;   ...
;   InitPluginsDir
;   File "/oname=$PLUGINSDIR\rmbclient.dll" rmbclient.dll    ; of the installer's own kind
;   StrCpy $RmClient "$PLUGINSDIR\rmbclient.dll"
;
;   ${RmStartSession}                        ; $1 is the session, $2 the key for another installer
;   StrCpy $R1 $1
;   ${RmRegisterFile} $R1 "$INSTDIR\app.exe"
;   ${RmShutdown} $R1 0                      ; asks the programs to end; ${RM_FORCE} makes them
;   ${If} $0 = 0
;     File app.exe
;   ${EndIf}
;   ${RmRestart} $R1                         ; also where the shutdown failed
;   ${RmEndSession} $R1
;
; $0 is the result of each, a Win32 code: 0; 350: only a restart of the machine frees the files; 351:
; a program does not end; 352: one could not be started again; 353: too many sessions; 1219: the key
; opens nothing; 1062: the broker does not run; ... A session also ends with the process that started
; it, however that ends.

!ifndef RMBROKER_NSH
!define RMBROKER_NSH

!define RM_FORCE 1
!define RM_ONLY_REGISTERED 16

; RM_PROCESS_INFO
!define RM_PROCESS_BYTES 668
!define RM_LIST_ROOM 64
!define /math RM_LIST_BYTES ${RM_PROCESS_BYTES} * ${RM_LIST_ROOM}

Var RmClient ; path of the rmbclient.dll to call

; Result in $0, session in $1, key in $2.
!define RmStartSession "System::Call '$RmClient::RmStartSession(*i .r1, i 0, w .r2) i .r0'"

; Result in $0, session in $1.
!define RmJoinSession "!insertmacro RmJoinSession "
!macro RmJoinSession KEY
  System::Call '$RmClient::RmJoinSession(*i .r1, w "${KEY}") i .r0'
!macroend

; Result in $0. FILE is a full path; it need not exist.
!define RmRegisterFile "!insertmacro RmRegisterFile "
!macro RmRegisterFile SESSION FILE
  Push $8
  Push $9
  System::Call '*(&w${NSIS_MAX_STRLEN} "${FILE}") p .r8'
  System::Call '*(p r8) p .r9'
  System::Call '$RmClient::RmRegisterResources(i ${SESSION}, i 1, p r9, i 0, p 0, i 0, p 0) i .r0'
  System::Free $9
  System::Free $8
  Pop $9
  Pop $8
!macroend

; Result in $0.
!define RmRegisterService "!insertmacro RmRegisterService "
!macro RmRegisterService SESSION NAME
  Push $8
  Push $9
  System::Call '*(&w${NSIS_MAX_STRLEN} "${NAME}") p .r8'
  System::Call '*(p r8) p .r9'
  System::Call '$RmClient::RmRegisterResources(i ${SESSION}, i 0, p 0, i 0, p 0, i 1, p r9) i .r0'
  System::Free $9
  System::Free $8
  Pop $9
  Pop $8
!macroend

; Result in $0, number of programs and services in $1, reasons for a reboot in $2 (0: none), and in $3
; the rows: for ${RmListed}, then to be freed by System::Free. 234: there are more than
; ${RM_LIST_ROOM}, and no rows.
!define RmGetList "!insertmacro RmGetList "
!macro RmGetList SESSION
  System::Alloc ${RM_LIST_BYTES}
  Pop $3
  System::Call '$RmClient::RmGetList(i ${SESSION}, *i, *i ${RM_LIST_ROOM} r1, p r3, *i .r2) i .r0'
!macroend

; Process id in $4, name in $5, service in $6 (empty: a program), type in $7 (1 and 2: it has windows,
; 3: service, 5: console), status in $8 (1: runs, 2: stopped, 8: started again).
!define RmListed "!insertmacro RmListed "
!macro RmListed ROWS INDEX
  Push $9
  IntOp $9 ${INDEX} * ${RM_PROCESS_BYTES}
  IntPtrOp $9 $9 + ${ROWS}
  System::Call '*$9(i .r4, i, i, &w256 .r5, &w64 .r6, i .r7, i .r8)'
  Pop $9
!macroend

; Result in $0. FLAGS: 0, ${RM_FORCE}, ${RM_ONLY_REGISTERED}, or their sum.
!define RmShutdown "!insertmacro RmShutdown "
!macro RmShutdown SESSION FLAGS
  System::Call '$RmClient::RmShutdown(i ${SESSION}, i ${FLAGS}, p 0) i .r0'
!macroend

; Result in $0.
!define RmRestart "!insertmacro RmRestart "
!macro RmRestart SESSION
  System::Call '$RmClient::RmRestart(i ${SESSION}, i 0, p 0) i .r0'
!macroend

; Result in $0.
!define RmEndSession "!insertmacro RmEndSession "
!macro RmEndSession SESSION
  System::Call '$RmClient::RmEndSession(i ${SESSION}) i .r0'
!macroend

!endif
