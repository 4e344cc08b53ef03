"""Many open tabs: how soon a reply's hint is on each, and what an idle one weighs. The client's side.

    python -m bench.sockets ws://…/ws/ cookies.jsonl COUNT pid-of-server replies

Runs apart from the server. Replies are posted by `bench.poster`, a third process, on the same machine's clock.
Prints one JSON object.
"""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.processes import memory_of, raise_file_limit
from bench.wire import Tab

AT_ONCE = 100  # sockets opened at the same time


async def open_tabs(url: str, cookies: list[str], count: int, topic: str, event_no: int) -> list[Tab]:
    """`count` tabs listening to `topic`, all answered that they are heard. Raises what a refused one raises."""
    tabs = [Tab(url, cookies[i % len(cookies)]) for i in range(count)]
    gate = asyncio.Semaphore(AT_ONCE)

    async def start(tab: Tab):
        async with gate:
            await tab.open()
            await tab.listen(topic, event_no)

    await asyncio.gather(*(start(tab) for tab in tabs))
    return tabs


class Poster:
    """A process that posts one reply when told and says when it began and which event number came out."""

    @classmethod
    async def start(cls) -> "Poster":
        poster = cls()
        poster.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.poster", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        poster.topic, poster.event_no = json.loads(await poster.process.stdout.readline())
        return poster

    async def post(self) -> tuple[float, float, int]:
        """(began, committed, event number): both in seconds of the machine's clock."""
        self.process.stdin.write(b"post\n")
        began, committed, self.event_no = json.loads(await self.process.stdout.readline())
        return began, committed, self.event_no

    async def stop(self):
        self.process.stdin.close()
        await self.process.wait()


async def latencies(tabs: list[Tab], poster: Poster, replies: int) -> dict:
    """Milliseconds from the start of a reply to its hint on each tab, over `replies` replies; hints lost."""
    seen, lost, posting = [], 0, []
    for _ in range(replies):
        began, committed, number = await poster.post()
        posting.append(committed - began)
        end = time.time() + 15
        while time.time() < end and any(tab.event_no < number for tab in tabs):
            await asyncio.sleep(0.05)
        seen += [tab.at - began for tab in tabs if tab.event_no >= number]
        lost += sum(tab.event_no < number for tab in tabs)
        await asyncio.sleep(0.3)
    seen.sort()
    return {
        "p50": statistics.median(seen) * 1000,
        "p95": seen[int(len(seen) * 0.95) - 1] * 1000,
        "worst": seen[-1] * 1000,
        "posting": statistics.median(posting) * 1000,
        "lost": lost,
    }


async def storm(url: str, cookies: list[str], tabs: list[Tab], poster: Poster) -> dict:
    """Every tab drops and comes back at once while replies go on: seconds until all know the last; how many don't."""
    known = poster.event_no
    for tab in tabs:
        tab.drop()
    began = time.time()
    coming = asyncio.create_task(open_tabs(url, cookies, len(tabs), poster.topic, known))
    for _ in range(3):
        await poster.post()
        await asyncio.sleep(0.2)
    back = await coming
    end = time.time() + 20
    while time.time() < end and any(tab.event_no < poster.event_no for tab in back):
        await asyncio.sleep(0.05)
    took = time.time() - began
    lost = sum(tab.event_no < poster.event_no for tab in back)
    for tab in back:
        tab.drop()
    return {"seconds": took, "lost": lost}


async def measure(url: str, cookies: list[str], count: int, pid: int, replies: int, idle: int) -> dict:
    raise_file_limit()
    poster = await Poster.start()
    before = memory_of(pid)
    tabs = await open_tabs(url, cookies, count, poster.topic, poster.event_no)
    found = {"sockets": count, "live": await latencies(tabs, poster, replies)}
    found["storm"] = await storm(url, cookies, tabs, poster)
    await asyncio.sleep(2)
    resting = memory_of(pid)
    tabs = await open_tabs(url, cookies, idle, poster.topic, poster.event_no)
    await asyncio.sleep(2)
    held = sum(tab.is_open for tab in tabs)
    found["idle"] = {
        "asked": idle,
        "held": held,
        "kB": (memory_of(pid) - before) / idle / 1024,
        "kB_above_rest": (memory_of(pid) - resting) / idle / 1024,
    }
    for tab in tabs:
        tab.drop()
    await poster.stop()
    return found


if __name__ == "__main__":
    address, file, how_many, server, rounds, at_rest = sys.argv[1:]
    assert urlsplit(address).scheme == "ws"
    keys = [json.loads(line)["cookie"] for line in Path(file).read_text().splitlines()]
    print(json.dumps(asyncio.run(measure(address, keys, int(how_many), int(server), int(rounds), int(at_rest)))))
