#!/bin/sh
# Every test: first on SQLite, then those marked `engines` again on a real PostgreSQL and a real Valkey.
set -eu
workers=$1
shift
python=.venv/bin/python
FOLKMOOT_BROWSER=$("$python" scripts/find_browser.py --install)
export FOLKMOOT_BROWSER
echo "On SQLite, in $FOLKMOOT_BROWSER, $workers at a time."
"$python" -m pytest -n "$workers" --dist worksteal "$@"
echo "Again on PostgreSQL and Valkey: what is marked engines."
exec "$python" scripts/with_engines.py --as TEST_ "$python" -m pytest -n "$workers" --dist worksteal -m engines "$@"
