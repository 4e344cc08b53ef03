"""A small HTTP load client on raw sockets: keep-alive connections, each asking for the next address in turn.

    python -m bench.load plan.json

The plan: {"host", "port", "seconds", "connections", "targets": [[path, cookie], …], "rounds": how often each target
is asked for at least}. Prints one JSON object.
"""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path


class Asker(asyncio.Protocol):
    """One connection that asks, waits for the whole answer, and asks again."""

    def __init__(self, shared: "Shared"):
        self.shared = shared
        self.buffer = bytearray()
        self.body_from = 0
        self.whole = 0
        self.asked_at = 0.0

    def connection_made(self, transport):
        self.transport = transport
        self.ask()

    def ask(self):
        if self.shared.over():
            self.transport.close()
            return
        self.buffer.clear()
        self.whole = 0
        self.asked_at = time.perf_counter()
        self.transport.write(self.shared.next_request())

    def data_received(self, data):
        self.buffer += data
        if not self.whole:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self.whole = end + 4 + _length(bytes(self.buffer[:end]))
        if len(self.buffer) >= self.whole:
            self.shared.answered(int(self.buffer[9:12]), time.perf_counter() - self.asked_at, self.whole)
            self.ask()

    def connection_lost(self, error):
        self.shared.lost(self, error)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise RuntimeError("an answer without a length")


class Shared:
    """What all connections of a run share: the requests to send and what came back."""

    def __init__(self, plan: dict):
        host = f"{plan['host']}:{plan['port']}"
        self.requests = [
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\nAccept: text/html\r\n"
            f"{f'Cookie: {cookie}' if cookie else 'DNT: 1'}\r\n\r\n".encode()
            for path, cookie in plan["targets"]
        ]
        self.turn = 0
        self.least = plan.get("rounds", 0) * len(self.requests)
        self.times: list[float] = []
        self.statuses: dict[int, int] = {}
        self.size = 0
        self.open = plan["connections"]
        self.errors = 0
        self.done = asyncio.get_running_loop().create_future()
        self.started = time.perf_counter()
        self.ends = self.started + plan["seconds"]

    def over(self) -> bool:
        return time.perf_counter() >= self.ends and self.turn >= self.least

    def next_request(self) -> bytes:
        self.turn += 1
        return self.requests[self.turn % len(self.requests)]

    def answered(self, status: int, seconds: float, size: int):
        self.times.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.size += size

    def lost(self, asker, error):
        if error or not self.over():
            self.errors += 1
        self.open -= 1
        if self.open == 0 and not self.done.done():
            self.done.set_result(None)


async def load(plan: dict) -> dict:
    """Put load on for `plan["seconds"]`; requests a second, times in milliseconds, statuses, mean bytes."""
    shared = Shared(plan)
    loop = asyncio.get_running_loop()
    for _ in range(plan["connections"]):
        await loop.create_connection(lambda: Asker(shared), plan["host"], plan["port"])
    await asyncio.wait_for(shared.done, plan["seconds"] + 120)
    took = time.perf_counter() - shared.started
    times = sorted(shared.times) or [0.0]
    return {
        "rate": len(shared.times) / took,
        "p50": statistics.median(times) * 1000,
        "p95": times[int(len(times) * 0.95) - 1] * 1000,
        "statuses": shared.statuses,
        "errors": shared.errors,
        "bytes": shared.size // max(len(shared.times), 1),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(load(json.loads(Path(sys.argv[1]).read_text())))))
