"""Starts servers at once: everything is imported one time, and each start is a fork of that.

Run as a process of its own. Each line on stdin is a JSON list: ["serve", "--port", "8123"] or ["work"] forks
`manage.py` with these arguments; ["ask", name, …] forks a function of `tests.crash.ledger`; ["kill", pid, …] kills
what was forked, -9, and waits until it is gone with its ports. The answer is one line of JSON: the pid of the process,
what the function returned, or how many of those to be killed still lived.
"""

import json
import os
import signal
import sys
import tempfile
from pathlib import Path

_alive: set[int] = set()


def main() -> None:
    os.environ["FOLKMOOT_INTERFACE"] = "asgi"
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import django

    django.setup()
    import uvicorn  # noqa: F401
    from django.db import connections
    from django.urls import get_resolver

    import config.asgi  # noqa: F401

    get_resolver().url_patterns  # read once, here
    connections.close_all()
    print("ready", flush=True)
    for line in sys.stdin:
        print(_answer(json.loads(line)), flush=True)
    for pid in list(_alive):
        _kill(pid)


def _answer(words: list[str]) -> str:
    if words[0] == "ask":
        with tempfile.NamedTemporaryFile("r") as file:
            os.waitpid(_fork(lambda: _ask(file.name, *words[1:])), 0)
            return file.read() or '"it failed: see the log"'
    if words[0] == "kill":
        return str(sum(_kill(pid) for pid in words[1:]))
    pid = _fork(lambda: _manage(words))
    _alive.add(pid)
    return str(pid)


def _kill(pid: int) -> bool:
    _alive.discard(pid)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def _fork(act) -> int:
    if pid := os.fork():
        return pid
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(2, 1)  # what it says goes to the log, not among the answers
        act()
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def _manage(words: list[str]) -> None:
    from django.core.management import call_command

    call_command(*words)


def _ask(path: str, name: str, *arguments) -> None:
    from tests.crash import ledger

    Path(path).write_text(json.dumps(getattr(ledger, name)(*arguments)))


if __name__ == "__main__":
    main()
