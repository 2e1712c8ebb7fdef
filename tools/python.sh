#!/bin/sh
# Prints the interpreter for `make setup`: the first that really runs (version managers leave shims that do
# not), is Python 3.11 or newer, and can install a package. If PYTHON is set, only that one is tried.
set -u

good='import sys, importlib.util as u; sys.exit(not (sys.version_info >= (3, 11) and (u.find_spec("pip") or u.find_spec("ensurepip"))))'
seen=''
found=''

try() { # whether this command is a Python that set-up can use
    path=$(command -v "$1" 2>/dev/null) || return 1
    if version=$("$path" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null); then
        if "$path" -c "$good" >/dev/null 2>&1; then
            found=$("$path" -c 'import sys; print(sys.executable)')
            return 0
        fi
        case $version in
            2.* | 3.[0-9].* | 3.10.*) seen="$seen $path is $version;" ;;
            *) seen="$seen $path ($version) has neither pip nor venv (Debian, Ubuntu: apt install python3-venv);" ;;
        esac
    fi
    return 1
}

if [ -n "${PYTHON:-}" ]; then
    try "$PYTHON" && { printf '%s\n' "$found"; exit 0; }
    echo "make setup: PYTHON=$PYTHON is not a Python >= 3.11 with pip or venv.$seen" >&2
    exit 1
fi

# Try the last choice first, which saves trying every shim again.
last=$(cat "$(dirname -- "$0")/../.venvs/python" 2>/dev/null || true)
# Try the system's own last, by full path, because a version manager's shim may hide them.
system=${SYSTEM_PYTHONS-/usr/bin/python3 /usr/local/bin/python3 /opt/homebrew/bin/python3}
for candidate in ${last:+"$last"} python3 python3.13 python3.12 python3.11 python3.14 python \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-4]*/bin/python3 $system; do
    if try "$candidate"; then
        printf '%s\n' "$found"
        exit 0
    fi
done

echo "make setup: a prerequisite is missing" >&2
echo "  - Python 3.11 or newer, with pip or venv. Found:${seen:- none}" >&2
exit 1
