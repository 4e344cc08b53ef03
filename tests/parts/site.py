"""A real running site: `manage.py serve` in a process of its own, on a free port, with files of its own.

The process is forked from one that has read the site's code (`tests.parts.forks`), so that it starts at once.
"""

import hashlib
import json
import os
import random
import shutil
import socket
import ssl
import tempfile
import time
import urllib.error
import urllib.request
from functools import cached_property
from pathlib import Path

import pytest

from tests.parts.databases import (
    CODE,
    FILES,
    KEPT,
    copy_postgres,
    copy_sqlite,
    fingerprint,
    is_on_postgres,
    manage,
    one_at_a_time,
    sqlite_template,
)
from tests.parts.forks import Forks

# For clients of a site, which speaks plain HTTP: without it each reads all authorities of the machine, 25 ms.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def free_port() -> int:
    """A port nobody listens on, and that no client's connection is given while a server is down: below those."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def collected_static() -> Path:
    """The static files as `make run` collects them; collected again when one changed."""
    path = KEPT / f"static-{fingerprint('static/**/*', 'core/staticfiles.py', 'requirements/run.txt')}"
    with one_at_a_time("static"):
        if not path.exists():
            for old in KEPT.glob("static-*"):
                shutil.rmtree(old)
            making = KEPT / "static-making"
            manage("collectstatic", "--noinput", "-v0", VAR_DIR=str(making), SECRET_KEY="only-for-tests")
            (making / "static").rename(path)
            shutil.rmtree(making)
    return path


class Site:
    """A site that can be started, killed and started again on the same data."""

    def __init__(self, var: Path, *, database: str = "", valkey: str = "", **environment: str):
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.pid: int | None = None
        self.log = var / "server.log"
        var.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "DEMO": "1", "SINGLE_PROCESS": "1", "SITE_URL": self.url, "VAR_DIR": str(var), "ALLOWED_HOSTS": "",
            "DATABASE_URL": database, "VALKEY_URL": valkey, "EMAIL_URL": "", "SECRET_KEY": "only-for-tests",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "RATE_LIMIT_FACTOR": "1000", "MAIL_WAIT_SECONDS": "1", "LOG_LEVEL": "WARNING", "DEBUG": "0",
        } | environment  # fmt: skip
        if not (var / "static").exists():
            (var / "static").symlink_to(collected_static())
        # Sessions of the cast, by handle: what `sign_in` of a browser needs.
        self.sessions: dict[str, str] = {}
        # What `tests.parts.cast.places` gives, to fill into addresses.
        self.places: dict[str, str] = {}
        # What `python_once` has run here, and what that printed.
        self.made: dict[str, str] = {}

    def manage(self, *arguments: str) -> str:
        """Run a command of this site; what it printed."""
        return manage(*arguments, **self.environment)

    @cached_property
    def forks(self) -> Forks:
        """Where the site's processes come from: started when first asked for."""
        return Forks(self.environment, self.log)

    def python(self, code: str) -> str:
        """Run Python inside this site (models are there to import); what it printed."""
        return self.forks.python(code)

    def python_once(self, code: str) -> str:
        """The same, but run one time only: what it printed then.

        For what the tests of a file share: a worker may leave a file for another one's tests and come back to it.
        """
        if code not in self.made:
            self.made[code] = self.python(code)
        return self.made[code]

    def start(self, *more: str) -> "Site":
        """Start the server and wait until it answers. Raises AssertionError with its log if it does not."""
        self.pid = self.forks.manage("serve", "--port", str(self.port), *more)
        self.wait_until_up(lives=lambda: self.forks.lives(self.pid))
        return self

    def wait_until_up(self, *, lives, seconds: float = 60) -> None:
        """Wait until the server answers, whatever it says; `lives()`: whether that may still be."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/robots.txt", timeout=5).read()
            except urllib.error.HTTPError:
                return
            except OSError:
                assert lives(), f"the server stopped:\n{self.last_log()}"
                time.sleep(0.02)
            else:
                return
        raise AssertionError(f"no answer in {seconds} s:\n{self.last_log()}")

    def kill(self) -> None:
        """Kill the server as a power cut would: -9, with no goodbye."""
        assert self.forks.kill(self.pid) == 1, f"the server had stopped:\n{self.last_log()}"

    def stop(self) -> None:
        """Stop the server as a service manager would, and all that belongs to the site."""
        if self.pid and "forks" in self.__dict__:
            self.forks.stop(self.pid)
        self.discard()

    def discard(self) -> None:
        """Kill all that belongs to the site: nobody needs it any more."""
        if "forks" in self.__dict__:
            self.forks.close()
            del self.forks
        self.pid = None

    def last_log(self) -> str:
        return self.log.read_text(errors="replace")[-6000:] if self.log.exists() else ""


SQLITE = "folkmoot.sqlite3"  # a site's database without another one
CAST_LASTS = 15 * 60  # seconds: what the cast did just now should still be so
OF_THE_CAST = (*CODE, "tests/parts/*.py", "tests/factories/*.py")
LOAD_CAST = """
from django_tasks_db.models import DBTaskResult
from core import worker
from tests.parts import cast
cast.load()
while worker.work_once() or DBTaskResult.objects.ready().exists():
    pass
"""


def put_cast(var: Path, engines: dict[str, str] | None, database: str) -> tuple[str, dict]:
    """The cast's database and files for a site in `var`: its DATABASE_URL, and the sessions and places in it.

    Loaded once by whoever comes first, with all that follows from it carried out; the others get a copy. On PostgreSQL
    (`engines`) that copy is called `database`.
    """
    # a server of its own has a cast of its own: sessions are not those of another server's members
    where = f"postgres_{hashlib.sha256(engines['postgres'].encode()).hexdigest()[:8]}" if engines else "sqlite"
    name = f"cast_{where}_{fingerprint(*OF_THE_CAST)}_{int(time.time() // CAST_LASTS)}"
    kept = KEPT / name
    with one_at_a_time("cast"):
        if not kept.exists() or (engines and not is_on_postgres(engines["postgres"], name)):
            for old in KEPT.glob("cast_*"):
                if old == kept or old.stat().st_mtime < time.time() - CAST_LASTS:
                    shutil.rmtree(old)
            _make_cast(name, engines)
        for folder in FILES:
            shutil.copytree(kept / folder, var / folder)
        made = json.loads((kept / "cast.json").read_text())
        if engines:
            return copy_postgres(engines["postgres"], database, template=name), made
        shutil.copy(kept / SQLITE, var)
        return "", made


def _make_cast(name: str, engines: dict[str, str] | None) -> None:
    with tempfile.TemporaryDirectory(prefix="folkmoot-cast-") as folder:
        var = Path(folder) / "var"
        var.mkdir()
        site = Site(var, database=_migrated(var, engines, name))
        said = site.python(LOAD_CAST).splitlines()[-1]
        site.discard()
        made = KEPT / "making-cast"
        shutil.rmtree(made, ignore_errors=True)
        for part in FILES:
            (var / part).mkdir(exist_ok=True)
            shutil.copytree(var / part, made / part)
        if not engines:
            copy_sqlite(var / SQLITE, made / SQLITE)
        (made / "cast.json").write_text(said)
        made.rename(KEPT / name)


def _migrated(var: Path, engines: dict[str, str] | None, name: str) -> str:
    """Give a site in `var` a migrated database with nothing in it, called `name` on PostgreSQL; its DATABASE_URL."""
    if engines:
        return copy_postgres(engines["postgres"], name)
    shutil.copy(sqlite_template(), var / SQLITE)
    return ""


@pytest.fixture(scope="session")
def make_site(tmp_path_factory, request):
    """`make_site(engines=None, data="cast", **environment)` → a Site with data, not started yet.

    data: "cast" (the people and threads of `tests.parts.cast`), "demo" (all of it) or None.
    `engines`: what the `engines` fixture gives, for a site on PostgreSQL and Valkey.
    Every site made is gone when the tests end.
    """
    made: list[Site] = []

    def make(*, data: str | None = "cast", engines: dict[str, str] | None = None, **environment: str) -> Site:
        var = tmp_path_factory.mktemp("site")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        name = f"site_{worker}_{len(made)}"
        if data == "cast":
            database, cast = put_cast(var, engines, name)
        else:
            database, cast = _migrated(var, engines, name), {"sessions": {}, "places": {}}
        site = Site(var, database=database, valkey=engines["valkey"] if engines else "", **environment)
        site.sessions, site.places = cast["sessions"], cast["places"]
        made.append(site)
        if data == "demo":
            site.manage("load_demo")
        return site

    yield make
    for site in made:
        site.discard()


@pytest.fixture(scope="session")
def live_site(make_site):
    """A running site with the cast, on SQLite, in one process: what `make run` starts. Shared: don't kill it."""
    return make_site().start()


@pytest.fixture(scope="session")
def grown_site(make_site, engines):
    """The same on PostgreSQL and Valkey. Shared: don't kill it."""
    return make_site(engines=engines).start()


@pytest.fixture(scope="session")
def demo_site(make_site):
    """A running site with the whole demo, on SQLite. Shared: don't kill it."""
    return make_site(data="demo").start()
