; An installer that starts a Restart Manager session and hands its key to other installers.
;
;   /NEXT=FILE.exe      such an installer (second.nsi); it reports to FILE.exe.txt and waits for
;   /NEXT2=FILE.exe     FILE.exe.go
;   /MANY               instead of all that: starts sessions until one is refused, and keeps them
!include example.nsh
Name "Example"

Var Next
Var Count

!macro StartNext NAME
  ${Option} "${NAME}" $Next
  ${If} $Next != ""
    Exec '"$Next" /S /KEY=$2 /REPORT="$Next.txt" /UNTIL="$Next.go"'
  ${EndIf}
!macroend

Section
  !insertmacro Begin
  ClearErrors
  ${GetOptions} $Options "/MANY" $Next
  ${IfNot} ${Errors}
    Call StartMany
    Return
  ${EndIf}

  ${RmStartSession}
  ${Report} "start $0"
  ${If} $0 <> 0
    SetErrorLevel $0
    Return
  ${EndIf}
  ${Report} "session $1"
  StrCpy $R1 $1
  !insertmacro StartNext "/NEXT="
  !insertmacro StartNext "/NEXT2="

  !insertmacro InstallSomething first
  !insertmacro WaitUntilTold
  ${RmEndSession} $R1
  ${Report} "end $0"
  SetErrorLevel $0
SectionEnd

Function StartMany
  StrCpy $Count 0
  ${Do}
    ${RmStartSession}
    ${If} $0 <> 0
      ${Break}
    ${EndIf}
    IntOp $Count $Count + 1
  ${Loop}
  ${Report} "started $Count"
  ${Report} "refused $0"
  !insertmacro WaitUntilTold
FunctionEnd
