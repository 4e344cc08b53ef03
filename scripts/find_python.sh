#!/bin/sh
# Print a Python of 3.11 or newer, or say plainly what is missing.
# One that was compiled without its optimisations (as pyenv does unless told) is a fifth to a third slower at everything
# the site and its tests do: it is taken only where PATH has no better one. PYTHON=... is taken as it is.
question='
import sys, sysconfig
if sys.version_info < (3, 11):
    sys.exit(1)
import ensurepip, venv
how = sysconfig.get_config_var("CONFIG_ARGS") or ""
by_hand = how and sys.base_prefix != "/usr" and "--enable-optimizations" not in how
sys.exit(2 if by_hand else 0)
'
slow=
look() {  # Print a good one and leave; remember the first that would do.
    code=0
    "$1" -c "$question" >/dev/null 2>&1 || code=$?
    if [ "$code" = 0 ] || { [ "$code" = 2 ] && [ -n "${2:-}" ]; }; then
        echo "$1"
        exit 0
    fi
    [ "$code" = 2 ] && [ -z "$slow" ] && slow=$1
    return 0
}
[ -z "${PYTHON:-}" ] || ! command -v "$PYTHON" >/dev/null 2>&1 || look "$(command -v "$PYTHON")" asked
for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
    IFS=:
    for place in $PATH; do
        [ -x "$place/$name" ] && look "$place/$name"
    done
    unset IFS
done
if [ -n "$slow" ]; then
    echo "$slow"
    exit 0
fi
{
    echo "Folkmoot needs Python 3.11 or newer with venv, and this machine has none that I can find."
    echo "Install it (for example: sudo apt-get install python3 python3-venv), or say where it is:"
    echo "    make run PYTHON=/path/to/python3"
} >&2
exit 1
