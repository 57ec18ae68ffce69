; What the example installers have in common: their options, and a report of what they did, for
; installers without a user have nowhere else to tell it.
;
;   /S                  without windows
;   /REPORT=FILE        one line for each step
;   /UNTIL=FILE         after its work the installer waits until this file exists
;
; Built by: makensis -DARCH=amd64|x86 -DCLIENT=rmbclient.dll -DOUT=FILE.exe first.nsi

Target ${ARCH}-unicode
Unicode true
RequestExecutionLevel admin
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\RmBroker example"
ShowInstDetails show

!include FileFunc.nsh
!include LogicLib.nsh
!include rmbroker.nsh

Var Options
Var ReportFile
Var UntilFile

!define Option "!insertmacro Option "
!macro Option NAME VARIABLE
  ClearErrors
  ${GetOptions} $Options "${NAME}" ${VARIABLE}
  ${If} ${Errors}
    StrCpy ${VARIABLE} ""
  ${EndIf}
!macroend

!define Report "!insertmacro Report "
!macro Report TEXT
  DetailPrint "${TEXT}"
  ${If} $ReportFile != ""
    FileOpen $R9 "$ReportFile" a
    FileSeek $R9 0 END
    FileWrite $R9 "${TEXT}$\r$\n"
    FileClose $R9
  ${EndIf}
!macroend

; $PLUGINSDIR\rmbclient.dll, and the options.
!macro Begin
  ${GetParameters} $Options
  ${Option} "/REPORT=" $ReportFile
  ${Option} "/UNTIL=" $UntilFile
  InitPluginsDir
  File "/oname=$PLUGINSDIR\rmbclient.dll" "${CLIENT}"
  StrCpy $RmClient "$PLUGINSDIR\rmbclient.dll"
  System::Call 'kernel32::GetCurrentProcessId() i .r0'
  ${Report} "process $0"
!macroend

!macro WaitUntilTold
  ${If} $UntilFile != ""
    ${DoUntil} ${FileExists} "$UntilFile"
      Sleep 20
    ${Loop}
  ${EndIf}
!macroend

; The installer's own job: one file.
!macro InstallSomething NAME
  SetOutPath "$INSTDIR"
  FileOpen $R9 "$INSTDIR\${NAME}.txt" w
  FileWrite $R9 "installed$\r$\n"
  FileClose $R9
  ${Report} "installed ${NAME}"
!macroend
