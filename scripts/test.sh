#!/bin/sh
# Every test: first on SQLite, then those marked `engines` again on a real PostgreSQL and a real Valkey.
# The two are started once, around both runs: some tests want them in the first run too.
set -eu
workers=$1
shift
python=.venv/bin/python
# Dozens of processes read the same code: compiled once, whatever the machine likes to keep.
unset PYTHONDONTWRITEBYTECODE
if [ -z "${ENGINES_DATABASE_URL:-}" ]; then
    FOLKMOOT_BROWSER=$("$python" scripts/find_browser.py --install)
    export FOLKMOOT_BROWSER
    cluster=$("$python" scripts/prepare_tests.py)
    exec "$python" scripts/with_engines.py --as ENGINES_ --files "$cluster" sh "$0" "$workers" "$@"
fi
echo "On SQLite, in $FOLKMOOT_BROWSER, $workers at a time."
"$python" -m pytest -n "$workers" --dist worksteal "$@"
echo "Again on PostgreSQL and Valkey: what is marked engines."
export TEST_DATABASE_URL="$ENGINES_DATABASE_URL" TEST_VALKEY_URL="$ENGINES_VALKEY_URL"
code=0
asked=$#
# Only the files with such tests are read, unless one says which.
[ "$asked" -gt 0 ] || set -- $(grep -rlE "mark\.engines" tests --include="test_*.py")
"$python" -m pytest -n "$workers" --dist worksteal -m engines "$@" || code=$?
# 5: none of the tests asked for is marked
[ "$code" = 5 ] && [ "$asked" -gt 0 ] && exit 0
exit "$code"
