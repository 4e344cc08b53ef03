"""Serve the whole site from one process: pages, socket, worker and scheduler."""

import os

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-parts", action="store_true", help="Leave worker and scheduler to `work`.")

    def handle(self, *, host, port, no_parts, **options):
        os.environ["FOLKMOOT_INTERFACE"] = "asgi"
        os.environ["RUN_PARTS"] = "0" if no_parts else "1"
        import uvicorn

        uvicorn.run(
            "config.asgi:application", host=host, port=port, lifespan="on", log_level="warning",
            access_log=False, ws="websockets-sansio", ws_per_message_deflate=False,
            ws_max_size=16_384, proxy_headers=False, timeout_graceful_shutdown=3,
        )  # fmt: skip
