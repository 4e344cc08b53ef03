"""Starts servers at once: the site's code is read one time for all sites of a test worker, and each start is a fork.

`Forks` is the side of the tests. A *reader* of each kind (SQLite or PostgreSQL, with or without Valkey) has read the
code; it forks one process for each site, which takes that site's environment and does what it is told by a socket. A
line there is a JSON list: ["manage", "serve", "--port", "8123"] forks `manage.py` with these words and answers with
the pid; ["python", code] runs Python in a fork and answers with whether that worked and what it printed; ["ask",
module, function, …] answers with what the function returned; ["end", signal, pid, …] sends these a signal, waits until
they are gone with their ports, and answers how many lived until then; ["lives", pid] answers whether it does. An
answer is one line of JSON. When the socket closes, all of it ends.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15  # seconds a process may take to end by itself
MOST = 65_536  # bytes of a site's environment


class Forks:
    """The process that forks the processes of a site; what they say goes to `log`."""

    def __init__(self, environment: dict[str, str], log: Path):
        self.log = log
        log.touch()
        self.channel, theirs = socket.socketpair()
        self.answers = self.channel.makefile("r")
        reader = _reader(bool(environment.get("DATABASE_URL")), bool(environment.get("VALKEY_URL")))
        with theirs:
            socket.send_fds(reader, [json.dumps([environment, str(log)]).encode()], [theirs.fileno()])

    def say(self, *words):
        """One line there, one line back."""
        line = ""
        with contextlib.suppress(ConnectionError):
            self.channel.sendall(json.dumps(words).encode() + b"\n")
            line = self.answers.readline()
        assert line, f"it ended:\n{self.log.read_text(errors='replace')[-6000:]}"
        return json.loads(line)

    def manage(self, *words: str) -> int:
        """Start `manage.py` with these words; its pid."""
        return self.say("manage", *words)

    def ask(self, module: str, function: str, *arguments):
        """What a function returns in a process of the site."""
        worked, answer = self.say("ask", module, function, *arguments)
        assert worked, answer
        return answer

    def python(self, code: str) -> str:
        """Run Python in a process of the site; what it printed. Fails the test if it raises."""
        worked, said = self.say("python", code)
        assert worked, said
        return said

    def lives(self, pid: int) -> bool:
        return self.say("lives", pid)

    def kill(self, *pids: int) -> int:
        """End these as a power cut would, -9; how many were alive until then."""
        return self.say("end", signal.SIGKILL, *pids)

    def stop(self, *pids: int) -> int:
        """End these as a service manager would; how many were alive until then."""
        return self.say("end", signal.SIGTERM, *pids)

    def close(self) -> None:
        """Kill whatever is left, and end."""
        self.channel.settimeout(30)
        with contextlib.suppress(ConnectionError):
            self.channel.shutdown(socket.SHUT_WR)
            while self.channel.recv(MOST):
                pass
        self.answers.close()
        self.channel.close()


@functools.cache
def _reader(on_postgres: bool, with_valkey: bool) -> socket.socket:
    """Where to send what a site of this kind needs: its environment, its log, and a socket to tell it what to do."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    folder = tempfile.TemporaryDirectory(prefix="folkmoot-reader-")
    of_no_site = {
        "DJANGO_SETTINGS_MODULE": "config.settings", "FOLKMOOT_INTERFACE": "asgi", "VAR_DIR": folder.name,
        "SECRET_KEY": "nobody's", "DEMO": "1", "DATABASE_URL": "postgres:///none" if on_postgres else "",
        "VALKEY_URL": "redis://127.0.0.1:1" if with_valkey else "",
    }  # fmt: skip
    with theirs:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), str(theirs.fileno())], cwd=ROOT, env=os.environ | of_no_site,
            stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
        )  # fmt: skip

    @atexit.register
    def end():
        ours.close()
        process.wait(PATIENCE)
        folder.cleanup()

    return ours


# --- The reader ---------------------------------------------------------------------------------------


def main() -> None:
    # Ctrl-C in the terminal is for the tests: they close their end of the socket
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    asked = socket.socket(fileno=int(sys.argv[1]))
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    import django.test.signals
    import uvicorn  # noqa: F401
    from django.urls import get_resolver

    import notifications.routing  # noqa: F401

    get_resolver().url_patterns  # read once, here
    gc.freeze()
    while (got := socket.recv_fds(asked, MOST, 1))[0]:
        said, (channel,) = got[:2]
        with socket.socket(fileno=channel) as site:
            _fork(functools.partial(_be_site, *json.loads(said), site))


def _be_site(environment: dict[str, str], log: str, channel: socket.socket) -> None:
    """Do what comes by `channel`, as the site with this environment."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    file = os.open(log, os.O_WRONLY | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(file, standard)
    _take(environment)
    import config.asgi  # noqa: F401

    acts = {"manage": _manage, "python": _python, "ask": _ask, "end": _end, "lives": _lives}
    for line in channel.makefile("r"):
        name, *words = json.loads(line)
        channel.sendall(json.dumps(acts[name](*words)).encode() + b"\n")
    _end(signal.SIGKILL, *_alive)


def _take(environment: dict[str, str]) -> None:
    """Read the settings again, from this environment; whatever remembered the old ones is told as in a test."""
    from django.conf import settings
    from django.core.signals import setting_changed
    from django.db import connections
    from django.utils.log import configure_logging

    os.environ |= environment
    importlib.reload(sys.modules["config.env"])
    read = importlib.reload(sys.modules["config.settings"])
    for name in filter(str.isupper, dir(read)):
        value = getattr(read, name)
        if value != getattr(settings, name):
            setattr(settings, name, value)
            if name != "DATABASES":
                setting_changed.send(sender=None, setting=name, value=value, enter=True)
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    connections._settings = settings.DATABASES
    del connections.settings
    with contextlib.suppress(AttributeError):
        del connections["default"]  # made for the old ones


_alive: set[int] = set()


def _fork(act) -> int:
    if pid := os.fork():
        return pid
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        act()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _manage(*words: str) -> int:
    from django.core.management import call_command

    pid = _fork(lambda: call_command(*words))
    _alive.add(pid)
    return pid


def _answer_of(act) -> list:
    """[whether it worked, what `act` gave back or why it did not], from a fork that runs it."""

    def write():
        try:
            answer = [True, act()]
        except BaseException:
            answer = [False, traceback.format_exc()[-6000:]]
        Path(file.name).write_text(json.dumps(answer))

    with tempfile.NamedTemporaryFile("r") as file:
        os.waitpid(_fork(write), 0)
        return json.loads(file.read() or '[false, "it died"]')


def _python(code: str) -> list:
    def run():
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(code, {"__name__": "__main__"})
        return said.getvalue().strip()

    return _answer_of(run)


def _ask(module: str, function: str, *arguments) -> list:
    return _answer_of(lambda: getattr(importlib.import_module(module), function)(*arguments))


def _end(signal_: int, *pids: int) -> int:
    lived = 0
    for pid in pids:
        if pid in _alive and _lives(pid):
            os.kill(pid, signal_)
            lived += 1
    end = time.monotonic() + PATIENCE
    for pid in _alive.intersection(pids):
        while signal_ != signal.SIGKILL and time.monotonic() < end and _lives(pid):
            time.sleep(0.01)
        if pid in _alive:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            _alive.discard(pid)
    return lived


def _lives(pid: int) -> bool:
    if pid in _alive and os.waitpid(pid, os.WNOHANG)[0]:
        _alive.discard(pid)
    return pid in _alive


if __name__ == "__main__":
    main()
