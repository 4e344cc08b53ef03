"""What starts and stops with the ASGI server: the switchboard and, when asked, worker, mail and scheduler."""

import asyncio
import os
import time

from core import live

PATIENCE = 2.0  # seconds the loops have to finish what they are at; what they leave is leased, not lost


class Lifespan:
    """The ASGI lifespan protocol: https://asgi.readthedocs.io/en/latest/specs/lifespan.html"""

    def __init__(self):
        self.loops = []

    async def __call__(self, scope, receive, send):
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def start(self) -> None:
        live.use_loop(asyncio.get_running_loop())
        live.switchboard.start()
        if os.environ.get("RUN_PARTS") == "1":
            from core import worker

            self.loops = worker.parts()
            for loop in self.loops:
                loop.start()

    async def stop(self) -> None:
        await live.switchboard.stop()
        for loop in self.loops:
            loop.stop()
        end = time.monotonic() + PATIENCE
        for loop in self.loops:
            await asyncio.to_thread(loop.join, max(end - time.monotonic(), 0))
