# shellcheck shell=bash
# Wine for tests and demos: prefixes below build/, programs under a time limit. To be sourced by bash.
#
#   wine_prefix_create DIR          a fresh prefix (from a template made once); DIR must be below build/
#   wine_prefix_start DIR           its wineserver and system services, kept until wine_prefix_stop
#   wine_prefix_ensure DIR          create and start, unless that is done; safe to call in parallel
#   wine_prefix_stop DIR            ends everything that runs in that prefix, and nothing else
#   wine_prefix_delete DIR          stops it and removes it
#   wine_run [-t SECONDS] [-d] PROGRAM [ARG...]    runs in $WINEPREFIX; exit code of the program
#   wine_path PATH                  a Unix path as a Windows one (Z:\...)
#
# Exit codes of wine_run: the program's low 8 bits; 124 when the time was over.
# Sourcing it sets Wine's environment (WINEDEBUG, WINEDLLOVERRIDES, WINEDLLPATH, ...) for the caller.

RMB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
RMB_BUILD=${RMB_BUILD:-$RMB_ROOT/build}
RMB_WINE32=$RMB_BUILD/wine32
RMB_WINE_TEMPLATE=$RMB_BUILD/wine/template
RMB_WINE_TIMEOUT=${RMB_WINE_TIMEOUT:-120}

export WINEDEBUG=${WINEDEBUG:--all}
# mscoree and mshtml: no offers to download Mono or Gecko. winemenubuilder: no entries in root's desktop.
export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d"
export WINEARCH=win64
unset DISPLAY WAYLAND_DISPLAY
if [[ -d $RMB_WINE32/i386-windows ]]; then
    export WINEDLLPATH=$RMB_WINE32
fi

_wine_say() {
    echo "wine: $*" >&2
}

# A prefix's absolute path (a relative one counts from the repository, wherever the caller stands);
# refuses one that is not below build/.
_wine_prefix_path() {
    local path=$1
    [[ $path == /* ]] || path=$RMB_ROOT/$path
    path=$(realpath -m -- "$path")
    if [[ $path != "$(realpath -m -- "$RMB_BUILD")"/?* ]]; then
        _wine_say "prefix $path is not below $RMB_BUILD"
        return 1
    fi
    printf '%s\n' "$path"
}

# Makes the template that all prefixes are copied from. WINEPREFIX is the template's.
_wine_template_make() (
    local new=$RMB_WINE_TEMPLATE.new
    if [[ -d $new ]]; then
        wine_prefix_delete "$new"
    fi
    mkdir -p "$new"
    # shellcheck disable=SC2030
    export WINEPREFIX=$new
    wine_run -t 300 wineboot --init 2>"$new.log" || {
        cat "$new.log" >&2
        return 1
    }
    rm "$new.log"
    # No X: windows exist, nothing is drawn. Wine reads this when its desktop starts, so it must end first.
    wine_run -t 60 reg add 'HKCU\Software\Wine\Drivers' /v Graphics /d null /f >/dev/null || return 1
    # What the tests expect to be told, stated rather than left to this Wine's default.
    wine_run -t 60 reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null || return 1
    wine_prefix_stop "$new" || return 1
    # Wine links these folders to root's own; tests must not write there.
    local link
    while IFS= read -r link; do
        rm "$link" && mkdir "$link"
    done < <(find "$new/drive_c/users" -type l)
    mv "$new" "$RMB_WINE_TEMPLATE"
)

wine_prefix_create() {
    local dir
    dir=$(_wine_prefix_path "$1") || return 1
    if [[ -e $dir ]]; then
        wine_prefix_delete "$dir" || return 1
    fi
    mkdir -p "$(dirname "$dir")" "$(dirname "$RMB_WINE_TEMPLATE")"
    (
        flock 9
        if [[ ! -d $RMB_WINE_TEMPLATE ]]; then
            # Wine's own long-living processes must not inherit the lock.
            _wine_template_make 9>&- || exit 1
        fi
    ) 9>"$RMB_WINE_TEMPLATE.lock" || {
        _wine_say "cannot make the template prefix $RMB_WINE_TEMPLATE"
        return 1
    }
    # Into another name first: who sees DIR sees all of it.
    rm -rf "$dir.new"
    cp -a --reflink=auto "$RMB_WINE_TEMPLATE" "$dir.new" && mv -T "$dir.new" "$dir"
}

# Without this Wine ends its services as soon as no other program runs in the prefix. It also gives
# services a stdout of their own, so that they never hold a caller's pipe open.
wine_prefix_start() {
    local dir rc=0
    dir=$(_wine_prefix_path "$1") || return 1
    WINEPREFIX=$dir timeout -k 5 30 wineserver -p </dev/null >/dev/null 2>&1 || rc=$?
    case $rc in
    0) ;;
    2) return 0 ;; # one runs there already
    *)
        _wine_say "wineserver for $dir: exit code $rc"
        return 1
        ;;
    esac
    WINEPREFIX=$dir timeout -k 5 60 wine cmd /c exit </dev/null >/dev/null 2>&1
}

# Creates and starts DIR where that is not done; callers at the same time wait for the first.
wine_prefix_ensure() {
    local dir
    dir=$(_wine_prefix_path "$1") || return 1
    mkdir -p "$(dirname "$dir")"
    (
        flock 9
        if [[ ! -d $dir ]]; then
            wine_prefix_create "$dir" 9>&- || exit 1
        fi
        wine_prefix_start "$dir" 9>&-
    ) 9>"$dir.lock"
}

wine_prefix_stop() {
    local dir
    dir=$(_wine_prefix_path "$1") || return 1
    [[ -d $dir ]] || return 0
    # -k fails when none runs: nothing to stop.
    WINEPREFIX=$dir timeout -k 5 30 wineserver -k </dev/null >/dev/null 2>&1 || true
    WINEPREFIX=$dir timeout -k 5 30 wineserver -w </dev/null >/dev/null 2>&1
}

wine_prefix_delete() {
    local dir
    dir=$(_wine_prefix_path "$1") || return 1
    wine_prefix_stop "$dir" || return 1
    rm -rf "$dir"
}

_wine_exec() (
    # timeout puts the program in the background, where reading from a terminal would stop it.
    if [[ -t 0 ]]; then
        exec </dev/null
    fi
    limit=$1
    shift
    exec timeout -k 5 "$limit" wine "$@"
)

# -t SECONDS  the time limit (default $RMB_WINE_TIMEOUT)
# -d          direct: the program gets the caller's own stdout and stderr, for dialogues. Without it
#             both go through files, so that a child left behind by the program cannot hold a pipe
#             that the caller reads to its end.
wine_run() {
    local limit=$RMB_WINE_TIMEOUT direct=0 opt OPTIND=1 OPTARG
    while getopts t:d opt; do
        case $opt in
        t) limit=$OPTARG ;;
        d) direct=1 ;;
        *) return 2 ;;
        esac
    done
    shift $((OPTIND - 1))
    # shellcheck disable=SC2031
    WINEPREFIX=$(_wine_prefix_path "${WINEPREFIX:?}") || return 1
    export WINEPREFIX

    local rc=0
    if [[ $direct == 1 ]]; then
        _wine_exec "$limit" "$@" || rc=$?
    else
        local out
        out=$(mktemp -d "${TMPDIR:-/tmp}/rmb-wine.XXXXXX") || return 1
        _wine_exec "$limit" "$@" >"$out/1" 2>"$out/2" || rc=$?
        cat "$out/1"
        cat "$out/2" >&2
        rm -rf "$out"
    fi
    # 137: not even SIGTERM ended it.
    if [[ $rc == 124 || $rc == 137 ]]; then
        _wine_say "time limit of $limit s passed: $*"
        rc=124
    fi
    return "$rc"
}

wine_path() {
    local path
    path=$(realpath -m -- "$1")
    printf 'Z:%s\n' "${path//\//\\}"
}
