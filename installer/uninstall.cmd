@echo off
rem Stops the Restart Manager session broker and deletes its service: what "rmbroker.exe uninstall"
rem does. Run as administrator. Files, the log and the policy key stay.
rem
rem Exit code: 0 when the service is gone (or never was), 1 otherwise.
setlocal EnableExtensions DisableDelayedExpansion
set "sc=%SystemRoot%\System32\sc.exe"

"%sc%" query RmBroker >nul 2>&1
if errorlevel 1 (
    echo RmBroker is not installed
    exit /b 0
)
rem "net stop" waits until the service has stopped; it fails where it does not run.
"%SystemRoot%\System32\net.exe" stop RmBroker >nul 2>&1
"%sc%" delete RmBroker >nul
if errorlevel 1 (
    echo delete: FAILED, error %errorlevel%
    exit /b 1
)
echo RmBroker is deleted
exit /b 0
