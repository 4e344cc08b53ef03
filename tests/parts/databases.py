"""Databases for tests: migrated once into a template, then copied. The templates are kept in var/tests."""

import fcntl
import functools
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "tests"


# What the demo is made of, and by.
APPS = ("core", "members", "notifications", "reference", "forum", "cms", "horizon", "events")
CODE = ("requirements/run.txt", *(f"{app}/**/*.py" for app in APPS))
DEMO = (*CODE, "portal/demo/*.py", "portal/demo/content/**/*", "portal/management/commands/*.py")


@contextmanager
def one_at_a_time(name: str):
    """Hold a lock that all test workers of this checkout share."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@functools.cache
def fingerprint(*patterns: str) -> str:
    """Twelve letters that change when a file matching one of the patterns (below the checkout) does."""
    seen = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:12]


def manage(*arguments: str, **environment: str) -> str:
    """Run `manage.py …` in a process of its own, as the site does; what it printed. Fails the test if it fails."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1"} | environment,
    )  # fmt: skip
    assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    return done.stdout


def sqlite_template() -> Path:
    """A migrated SQLite database with nothing in it; made when a migration or the lock file changed."""
    path = KEPT / f"migrated-{fingerprint('*/migrations/*.py', 'requirements/run.txt')}.sqlite3"
    with one_at_a_time("template"):
        if not path.exists():
            for old in KEPT.glob("migrated-*"):
                old.unlink()
            making = KEPT / "making.sqlite3"
            for leftover in KEPT.glob("making.sqlite3*"):
                leftover.unlink()
            manage("migrate", "-v0", DATABASE_URL=f"sqlite:///{making}", VALKEY_URL="")
            making.rename(path)
    return path


# Of a server that lives for one run: nothing must outlast a power cut, and every commit need not wait for the disk.
# A server killed -9 loses nothing by it: what was written is with the kernel. Nor may statistics of tables that a test
# has just filled, and will empty again, change the plan of the next test's queries from one run to another.
# The tests of many at once take a hundred connections each, and a few of them run at a time.
OF_A_RUN = {
    "max_connections": "500", "fsync": "off", "full_page_writes": "off", "autovacuum": "off", "jit": "off",
}  # fmt: skip


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database with what still stands in its log."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def put_sqlite(path: Path) -> None:
    """Make the tests' own database a copy of this one."""
    from django.db import connection

    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as source:
        source.backup(connection.connection)


FILES = ("media", "private")  # folders of the site's data that files stand in


def put_demo() -> None:
    """Make the tests' own database, on SQLite, the demo of this hour, with its files; loaded when something changed."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    path = KEPT / f"demo-{fingerprint(*DEMO)}-{datetime.now():%Y%m%d%H}"
    with one_at_a_time("demo"):
        if path.exists():
            put_sqlite(path / "database.sqlite3")
            for name in FILES:
                shutil.copytree(path / name, settings.VAR_DIR / name, dirs_exist_ok=True)
            return
        for old in [*KEPT.glob("demo-*"), *KEPT.glob("making-demo")]:
            shutil.rmtree(old)
        call_command("load_demo", verbosity=0)
        making = KEPT / "making-demo"
        making.mkdir()
        with closing(sqlite3.connect(making / "database.sqlite3")) as target:
            connection.connection.backup(target)
        for name in FILES:
            shutil.copytree(settings.VAR_DIR / name, making / name)
        making.rename(path)


def postgres_cluster() -> Path:
    """The files of a stopped PostgreSQL with the migrated database in it, for `with_engines.started(files=…)`."""
    from scripts.with_engines import started

    path = KEPT / f"cluster-{fingerprint('*/migrations/*.py', 'requirements/*.txt', 'tests/parts/databases.py')}"
    with one_at_a_time("cluster"):
        if not path.exists():
            for old in [*KEPT.glob("cluster-*"), *KEPT.glob("making-cluster")]:
                shutil.rmtree(old, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix="folkmoot-cluster-", ignore_cleanup_errors=True) as folder:
                with started(settings=OF_A_RUN, folder=Path(folder)) as (url, _):
                    migrated_postgres(url)
                copy_files(Path(folder) / "postgres", KEPT / "making-cluster")
            (KEPT / "making-cluster").rename(path)
    return path


def copy_files(source: Path, target: Path) -> None:
    """Copy a folder with its owners: PostgreSQL runs as a user of its own when root starts it."""
    subprocess.run(["cp", "-Rp", str(source), str(target)], check=True)


def is_on_postgres(url: str, name: str) -> bool:
    """Whether the server of `url` has a database of this name."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


@functools.cache
def migrated_postgres(url: str) -> str:
    """The name of a migrated PostgreSQL database on the server of `url`, to copy others from."""
    import psycopg

    name = f"migrated_{fingerprint('*/migrations/*.py', 'requirements/run.txt')}"
    with one_at_a_time("template-postgres"), psycopg.connect(url, autocommit=True) as connection:
        if not is_on_postgres(url, name):
            making = f"{name}_making"
            connection.execute(f'DROP DATABASE IF EXISTS "{making}"')
            connection.execute(f'CREATE DATABASE "{making}"')
            manage("migrate", "-v0", DATABASE_URL=on_server(url, making), VALKEY_URL="")
            connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def on_server(url: str, name: str) -> str:
    """The same server's URL for another database."""
    from urllib.parse import urlsplit, urlunsplit

    # rebuilt by hand: urlunsplit drops the empty host of a Unix socket's address
    parts = urlsplit(url)
    rest = urlunsplit(("", "", f"/{name}", parts.query, ""))
    return f"{parts.scheme}://{parts.netloc}{rest}"


def copy_postgres(url: str, name: str, *, template: str = "") -> str:
    """A fresh copy of a database, the migrated one unless said otherwise, under `name`; its URL."""
    import psycopg

    migrated = migrated_postgres(url)
    template = template or migrated
    with one_at_a_time("template-postgres"), psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        if template != migrated:
            # a copied sequence thinks that its next numbers are in the log: after a crash it would give them again
            connection.execute("CHECKPOINT")
    return on_server(url, name)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """Put a migrated copy where Django looks for the test database, so that it has nothing left to do."""
    from django.conf import settings

    name = settings.DATABASES["default"]["TEST"]["NAME"]
    if url := os.environ.get("TEST_DATABASE_URL"):
        copy_postgres(url, name)
    else:
        shutil.copy(sqlite_template(), name)


@pytest.fixture(scope="session", autouse=True)
def migrated_again():
    """After a test that commits, the database is a fresh copy: flushed it would lack what migrations put in, and what
    came in its stead (the root of all pages, types of content) would have other numbers."""
    from django.db import connection
    from django.test import TransactionTestCase

    url = os.environ.get("TEST_DATABASE_URL")
    template = None if url else sqlite_template()

    def put_back(_case) -> None:
        if url:
            connection.close()
            copy_postgres(url, connection.settings_dict["NAME"])
        else:
            put_sqlite(template)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield


@pytest.fixture(scope="session")
def engines():
    """The URLs of a real PostgreSQL and a real Valkey: those `make test` started, or a pair for this worker."""
    for prefix in ("TEST_", "ENGINES_"):
        if url := os.environ.get(f"{prefix}DATABASE_URL"):
            yield {"postgres": url, "valkey": os.environ[f"{prefix}VALKEY_URL"]}
            return
    from scripts.with_engines import started

    with started(files=postgres_cluster()) as (postgres, valkey):
        yield {"postgres": postgres, "valkey": valkey}


@pytest.fixture(scope="session")
def postgres_url(engines) -> str:
    """A real PostgreSQL server's URL, in any run."""
    return engines["postgres"]


@pytest.fixture(scope="session")
def valkey_url(engines) -> str:
    """A real Valkey server's URL, in any run."""
    return engines["valkey"]
