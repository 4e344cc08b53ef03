"""Bring the demo up to date and serve it: what `make run` does once everything is installed."""

import argparse
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
STAMPS = VAR / "stamps.json"
PEOPLE = VAR / "demo-people.txt"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if _taken(port):
        sys.exit(f"Something already answers on port {port}. Stop it, or choose another: make run PORT={port + 1}")
    url = f"http://127.0.0.1:{port}"
    os.environ |= {"DEMO": "1", "SINGLE_PROCESS": "1", "SITE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    VAR.mkdir(parents=True, exist_ok=True)
    prepare()
    return serve(port, url)


def prepare() -> None:
    """Migrate, collect static files and load the demo, each only if its sources changed since it last succeeded."""
    where = os.environ.get("DATABASE_URL", "")
    there = where or ((VAR / "folkmoot.sqlite3").exists() and (VAR / "folkmoot.sqlite3").stat().st_size > 0)
    stamps = json.loads(STAMPS.read_text()) if STAMPS.exists() and there else {}
    steps = [
        ("Preparing the database", ["migrate", "-v0"], ["*/migrations/*.py", "requirements/run.txt"]),
        (
            "Collecting style sheets and scripts", ["collectstatic", "--noinput", "-v0"],
            ["static/**/*", "core/staticfiles.py", "requirements/run.txt"],
        ),
        ("Loading the demo: the Whole Essex Information Sharing Framework", ["load_demo"],
         ["portal/demo/**/*", "portal/management/commands/load_demo.py"]),
    ]  # fmt: skip
    redo = False
    for words, command, patterns in steps:
        name = command[0]
        want = _fingerprint(where, *patterns)
        made = not (name == "collectstatic" and not (VAR / "static" / "staticfiles.json").exists())
        if stamps.get(name) == want and made and not redo:
            continue
        redo = redo or name == "migrate"
        print(words, flush=True)
        _manage(command, keep=PEOPLE if name == "load_demo" else None)
        stamps[name] = want
        STAMPS.write_text(json.dumps(stamps))


def _manage(command: list[str], *, keep: Path | None) -> None:
    """Run a command of the site; `keep`: a file for whom to sign in as, to be said again at each start."""
    stdout = subprocess.PIPE if keep else None
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    people: list[str] = []
    with subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=ROOT, stdout=stdout, text=True, env=environment
    ) as process:
        for line in process.stdout or ():
            if people or line.startswith("Sign in as"):
                people.append(line)
            elif line.strip():
                print(" ", line.strip(), flush=True)
    if process.returncode:
        print("".join(people))
        sys.exit(f"That did not work (manage.py {' '.join(command)}); what went wrong stands above.")
    if keep:
        keep.write_text("".join(people))


def serve(port: int, url: str) -> int:
    """Serve until Ctrl-C, saying where to go as soon as the first page would come."""
    server = subprocess.Popen([sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT)
    try:
        while server.poll() is None and not _answers(url):
            time.sleep(0.05)
        if server.poll() is None:
            people = PEOPLE.read_text() if PEOPLE.exists() else ""
            print(f"\n{people.rstrip()}\n\nFolkmoot is ready: {url}\nCtrl-C stops it.", flush=True)
        return server.wait()
    except KeyboardInterrupt:
        print("\nStopping", flush=True)
        return 0
    finally:
        _stop(server)


def _stop(server: subprocess.Popen) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(10)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        server.kill()
        server.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/healthz", timeout=2).read()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _taken(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _fingerprint(where: str, *patterns: str) -> str:
    seen = hashlib.sha256(where.encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
