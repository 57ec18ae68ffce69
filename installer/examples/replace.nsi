; An update of a program and a service that run: it has them stopped, replaces their files, and has
; them started again. No restart of the machine.
;
;   /D=FOLDER           where they are installed
;   /UNTIL=FILE         waits before it starts them again
;
; Built with -DAPP=... and -DSERVICE=... besides: the new files.
!include example.nsh
Name "Example update"

Var Index

; One line for each program and service that the session is about.
Function ReportList
  ${RmGetList} $R1
  ${Report} "list $0"
  ${Report} "reasons $2"
  ${If} $0 = 0
    IntOp $1 $1 - 1
    ${For} $Index 0 $1
      ${RmListed} $3 $Index
      ${Report} "affected pid=$4 type=$7 status=$8 service=$6 name=$5"
    ${Next}
  ${EndIf}
  System::Free $3
FunctionEnd

!macro Replace SOURCE NAME
  ClearErrors
  File "/oname=${NAME}" "${SOURCE}"
  ${If} ${Errors}
    ${Report} "not-replaced ${NAME}"
  ${Else}
    ${Report} "replaced ${NAME}"
  ${EndIf}
!macroend

Section
  !insertmacro Begin
  SetOutPath "$INSTDIR"
  SetOverwrite try

  ${RmStartSession}
  ${Report} "start $0"
  ${If} $0 <> 0
    SetErrorLevel $0
    Return
  ${EndIf}
  StrCpy $R1 $1
  ${RmRegisterFile} $R1 "$INSTDIR\demo-app.exe"
  ${RmRegisterFile} $R1 "$INSTDIR\demo-service.exe"
  ${Report} "register $0"
  Call ReportList

  ${RmShutdown} $R1 0
  ${Report} "shutdown $0"
  ${If} $0 = 0
    !insertmacro Replace "${APP}" demo-app.exe
    !insertmacro Replace "${SERVICE}" demo-service.exe
  ${EndIf}
  !insertmacro WaitUntilTold
  ${RmRestart} $R1
  ${Report} "restart $0"

  ${RmEndSession} $R1
  ${Report} "end $0"
  SetErrorLevel $0
SectionEnd
