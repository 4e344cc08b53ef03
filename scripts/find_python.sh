#!/bin/sh
# Print a Python of 3.11 or newer, or say plainly what is missing.
for python in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do
    [ -n "$python" ] || continue
    command -v "$python" >/dev/null 2>&1 || continue
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$python"
        exit 0
    fi
done
{
    echo "Folkmoot needs Python 3.11 or newer, and this machine has none that I can find."
    echo "Install it (for example: sudo apt-get install python3 python3-venv), or say where it is:"
    echo "    make run PYTHON=/path/to/python3"
} >&2
exit 1
