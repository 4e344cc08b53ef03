"""The server as `make run` starts it: a process of its own, which Ctrl-C and a service manager end."""

import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.parts.databases import ROOT


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "a service manager"])
def test_the_command_serves_until_it_is_told_to_end(make_site, ending):
    site = make_site(data=None)
    with site.log.open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(site.port)],
            cwd=ROOT, env=os.environ | site.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        site.wait_until_up(lives=lambda: server.poll() is None)
        assert urllib.request.urlopen(f"{site.url}/forum/", timeout=10).status == 200
        server.send_signal(ending)
        server.wait(15)
    finally:
        server.kill()
        server.wait()
    assert "Traceback" not in site.last_log()
