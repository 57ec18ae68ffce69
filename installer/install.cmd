@echo off
rem Installs the Restart Manager session broker with sc.exe alone: what "rmbroker.exe install" does,
rem for those who want to read it first. Run as administrator, from the folder of rmbroker.exe or
rem with the folder as the argument. May be run again.
rem
rem Exit code: 0 when all was set, 1 when a step failed (each failing step is named).
setlocal EnableExtensions DisableDelayedExpansion
set "folder=%~1"
if not defined folder set "folder=%~dp0"
if not "%folder:~-1%"=="\" set "folder=%folder%\"
set "program=%folder%rmbroker.exe"
set "sc=%SystemRoot%\System32\sc.exe"
set failed=0

if not exist "%program%" (
    echo "%program%" does not exist. Usage: install.cmd [folder of rmbroker.exe]
    exit /b 1
)

rem The path in quotes: without them SCM would try C:\Program.exe before C:\Program Files\...
rem Plain auto start, not delayed: a delayed service starts two minutes after the boot, and
rem installers that run at logon need the broker at once.
rem No parentheses around these: the path may have some.
"%sc%" query RmBroker >nul 2>&1
if errorlevel 1 goto :create
"%sc%" config RmBroker binPath= "\"%program%\"" start= auto obj= LocalSystem DisplayName= "Restart Manager Session Broker" >nul
goto :created
:create
"%sc%" create RmBroker binPath= "\"%program%\"" start= auto DisplayName= "Restart Manager Session Broker" >nul
:created
if errorlevel 1 (
    echo service: FAILED, error %errorlevel%. Is this an administrator's prompt?
    exit /b 1
)
echo service: done

rem Start again after a crash: after 1 s, 1 s, then 5 s each time; a day without one resets the count.
"%sc%" failure RmBroker reset= 86400 actions= restart/1000/restart/1000/restart/5000 >nul
call :report "recovery actions" %errorlevel%
rem A stop with an error code counts as a failure too.
"%sc%" failureflag RmBroker 1 >nul
call :report "recovery on error exit" %errorlevel%
"%sc%" sidtype RmBroker unrestricted >nul
call :report "SID type" %errorlevel%
rem SYSTEM and Administrators as SCM's default; authenticated users may query configuration and
rem status, also when logged on over SSH: clients check the pipe's server against SCM's process id.
"%sc%" sdset RmBroker "D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCRC;;;AU)" >nul
call :report "access of users" %errorlevel%
"%sc%" description RmBroker "Owns Restart Manager sessions on behalf of installers: which programs hold the files that are replaced, stopping those programs and starting them again." >nul
call :report "description" %errorlevel%

if %failed%==0 echo Start it with: sc start RmBroker
exit /b %failed%

rem "=" separates arguments here, so each sc stands above, and only its outcome comes down.
:report
if %2==0 (
    echo %~1: done
) else (
    echo %~1: FAILED, error %2
    set failed=1
)
exit /b 0
