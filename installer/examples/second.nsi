; An installer that takes part in another one's session.
;
;   /KEY=KEY            the session's key
!include example.nsh
Name "Example add-on"

Section
  !insertmacro Begin
  ${Option} "/KEY=" $2
  ${RmJoinSession} $2
  ${Report} "join $0"
  ${If} $0 <> 0
    SetErrorLevel $0
    Return
  ${EndIf}
  StrCpy $R1 $1
  ${Report} "session $1"

  !insertmacro InstallSomething second
  !insertmacro WaitUntilTold
  ${RmEndSession} $R1
  ${Report} "end $0"
  SetErrorLevel $0
SectionEnd
