; Restart Manager sessions by the broker, for NSIS installers of both kinds (amd64, x86).
;
;   Var RmClient                                       ; path of the rmbclient.dll to call
;   !include rmbroker.nsh
;   ...
;   InitPluginsDir
;   File "/oname=$PLUGINSDIR\rmbclient.dll" rmbclient.dll    ; of the installer's own kind
;   StrCpy $RmClient "$PLUGINSDIR\rmbclient.dll"
;   ${RmStartSession}
;   ${If} $0 = 0
;     ... $1 is the session, $2 the key for another installer that works on the same thing ...
;     ${RmEndSession} $1
;   ${EndIf}
;
; $0 is the result, a Win32 code: 0; 353: too many sessions; 1219: the key opens nothing; 1062: the
; broker does not run; ... A session also ends with the process that started it, however that ends.

!ifndef RMBROKER_NSH
!define RMBROKER_NSH

; Result in $0, session in $1, key in $2.
!define RmStartSession "System::Call '$RmClient::RmStartSession(*i .r1, i 0, w .r2) i .r0'"

; Result in $0, session in $1.
!define RmJoinSession "!insertmacro RmJoinSession "
!macro RmJoinSession KEY
  System::Call '$RmClient::RmJoinSession(*i .r1, w "${KEY}") i .r0'
!macroend

; Result in $0.
!define RmEndSession "!insertmacro RmEndSession "
!macro RmEndSession SESSION
  System::Call '$RmClient::RmEndSession(i ${SESSION}) i .r0'
!macroend

!endif
