"""Make what all tests share, at the same time: migrated databases and collected static files, kept in var/tests.

Nothing is made again until a migration, a package or a static file changes. The last line printed is the folder with
the files of the migrated PostgreSQL.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.parts.databases import postgres_cluster, sqlite_template
from tests.parts.site import collected_static


def main() -> int:
    start = time.monotonic()
    print("Making sure that the tests' databases are migrated.", file=sys.stderr, flush=True)
    with ThreadPoolExecutor() as pool:
        made = [pool.submit(make) for make in (postgres_cluster, sqlite_template, collected_static)]
        cluster, *_ = [one.result() for one in made]
    print(f"They are, after {time.monotonic() - start:.0f} s.", file=sys.stderr, flush=True)
    print(cluster)
    return 0


if __name__ == "__main__":
    sys.exit(main())
