"""Starting the servers and commands of a run, each on stated cores, and stopping them."""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVER_CORE, CLIENT_CORE = 0, 1


def raise_file_limit() -> int:
    """Let this process and its children hold as many sockets as the machine allows; how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def on_core(core: int | None) -> list[str]:
    """The words before a command that keep it on one core, where the machine can do that."""
    if core is None or not shutil.which("taskset") or (os.cpu_count() or 1) < 2:
        return []
    return ["taskset", "-c", str(core)]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Run:
    """One run: where its database is, its environment, and the servers it has."""

    def __init__(self, folder: Path, database: str, valkey: str):
        self.folder = folder
        self.database = database
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "bench.settings", "DEMO": "1", "DEBUG": "0", "VAR_DIR": str(folder),
            "SECRET_KEY": "only-for-the-bench", "SITE_URL": self.url, "DATABASE_URL": database, "VALKEY_URL": valkey,
            "EMAIL_URL": "", "RATE_LIMIT_FACTOR": "1000000", "LOG_LEVEL": "ERROR", "ALLOWED_HOSTS": "",
            "TRUSTED_PROXIES": "0", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def manage(self, *arguments: str, core: int | None = None) -> None:
        """Run a command of the site, showing what it says. Raises CalledProcessError."""
        command = [*on_core(core), sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdin=subprocess.DEVNULL)

    def ask(self, module: str, *arguments: str, core: int | None = CLIENT_CORE) -> dict:
        """Run a module of the bench in a process of its own; the JSON on its last line. Raises RuntimeError."""
        done = subprocess.run(
            [*on_core(core), sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        lines = done.stdout.strip().splitlines()
        if done.returncode or not lines:
            raise RuntimeError(f"{module} failed ({done.returncode}): {' '.join(lines[-3:])}")
        return json.loads(lines[-1])

    @contextmanager
    def pages(self):
        """The pages as a grown site serves them: WSGI, two workers, on the server's core. Yields its pid."""
        command = [
            str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port",
            str(self.port), "--workers", "2", "--blocking-threads", "1", "--log-level", "error",
            "config.wsgi:application",
        ]  # fmt: skip
        with self._serving([*on_core(SERVER_CORE), *command], self.url + "/bench/floor/") as process:
            yield process.pid

    @contextmanager
    def sockets(self):
        """The socket's own server: ASGI, one process, without the worker. Yields its pid and address."""
        port = free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(port), "--no-parts"]
        with self._serving([*on_core(SERVER_CORE), *command], f"http://127.0.0.1:{port}/healthz") as process:
            yield process.pid, f"ws://127.0.0.1:{port}/ws/"

    @contextmanager
    def _serving(self, command: list[str], url: str):
        log = (self.folder / "server.log").open("ab")
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait(process, url, self.folder / "server.log")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


def _wait(process: subprocess.Popen, url: str, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).read()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def memory_of(pid: int) -> int:
    """Bytes of memory a process holds (resident)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("this system does not say how much memory a process holds")


def seconds_of(pid: int) -> float:
    """Seconds of processor time that a process and the children it has now have used."""
    ticks = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            # the name in brackets may hold blanks
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if pid in (int(place.parent.name), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
