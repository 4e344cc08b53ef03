#!/bin/sh
# Write the lock files anew, with hashes and without the name of any index.
set -eu
command -v uv >/dev/null 2>&1 || {
    echo "Locking needs uv: https://docs.astral.sh/uv/" >&2
    exit 1
}
for group in run test extras; do
    echo "Locking $group"
    uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --upgrade -q \
        "requirements/$group.in" -o "requirements/$group.txt"
done
