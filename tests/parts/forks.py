"""Starts servers at once: a site's Django is read one time, and each start is a fork of that.

`Forks` is the side of the tests; the rest runs as a process of its own. Each line on its stdin is a JSON list:
["manage", "serve", "--port", "8123"] forks `manage.py` with these words and answers with the pid; ["python", code]
runs Python in a fork and answers with whether that worked and what it printed; ["ask", module, function, …] answers
with what the function returned; ["end", signal, pid, …] sends these a signal, waits until they are gone with their
ports, and answers how many lived until then; ["lives", pid] answers whether it does. An answer is one line of JSON.
"""

import contextlib
import importlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15  # seconds a process may take to end by itself


class Forks:
    """The process that forks the processes of a site; what they say goes to `log`."""

    def __init__(self, environment: dict[str, str], log: Path):
        self.log = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__))], cwd=ROOT, text=True, env=os.environ | environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file,
            )  # fmt: skip
        self.ready = False

    def say(self, *words):
        """One line there, one line back."""
        assert self.process.stdin
        assert self.process.stdout
        if not self.ready:
            self.ready = self.process.stdout.readline() == "ready\n"
            assert self.ready, f"it did not start:\n{self._last_log()}"
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"it ended:\n{self._last_log()}"
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
        assert self.process.stdin
        assert self.process.stdout
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def _last_log(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]


# --- The process itself -------------------------------------------------------------------------------

_alive: set[int] = set()


def main() -> None:
    os.environ["FOLKMOOT_INTERFACE"] = "asgi"
    sys.path.insert(0, str(ROOT))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what anything prints goes to the log, not among the answers
    # Ctrl-C in the terminal is for the tests: they close this process by its stdin
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import django

    django.setup()
    import uvicorn  # noqa: F401
    from django.db import connections
    from django.urls import get_resolver

    import config.asgi  # noqa: F401

    get_resolver().url_patterns  # read once, here
    connections.close_all()
    print("ready", file=answers, flush=True)
    acts = {"manage": _manage, "python": _python, "ask": _ask, "end": _end, "lives": _lives}
    for line in sys.stdin:
        name, *words = json.loads(line)
        print(json.dumps(acts[name](*words)), file=answers, flush=True)
    _end(signal.SIGKILL, *_alive)


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
