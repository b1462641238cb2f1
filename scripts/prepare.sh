#!/bin/sh
# Makes .venv and installs esc-tui into it: prepare.sh run|dev|extras. A second call with the same pyproject.toml installs nothing.
set -eu
cd "$(dirname "$0")/.."
kind="${1:-run}"

find_python() {
    for candidate in "${PYTHON:-}" python3.14 python3.13 python3.12 python3.11 python3; do
        [ -n "$candidate" ] || continue
        command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

if ! python=$(find_python); then
    echo "esc-tui needs Python 3.11 or newer and none was found: install it, or name one with 'make PYTHON=/path/to/python'." >&2
    exit 1
fi
stamp=".venv/.$kind-$("$python" -c 'import hashlib; print(hashlib.sha256(open("pyproject.toml","rb").read()).hexdigest()[:16])')"
if [ -e "$stamp" ] && .venv/bin/python -c '' >/dev/null 2>&1; then
    exit 0
fi
if ! .venv/bin/python -c '' >/dev/null 2>&1; then
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        echo "$python has no working venv module: install it (on Debian and Ubuntu: apt install python3-venv), then try again." >&2
        exit 1
    fi
fi
case "$kind" in
    run) what="." note="about 100 MB" ;;
    dev) what=".[dev]" note="about 250 MB" ;;
    extras) what=".[dev,cluster]" note="about 330 MB" ;;
    *) echo "prepare.sh: 'run', 'dev' or 'extras', not '$kind'." >&2; exit 2 ;;
esac
echo "Installing esc-tui into .venv (download $note, once) ..." >&2
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable "$what"; then
    echo "Installing failed: the lines above say why; a package index must be reachable for this one step." >&2
    exit 1
fi
rm -f .venv/."$kind"-*
: > "$stamp"
