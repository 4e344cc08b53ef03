"""What to ask for: addresses of the pages to measure, from the data that is there, and queries per page.

Run as `python -m bench.plan cookies.jsonl`; prints one JSON object.
"""

import json
import sys
from pathlib import Path

import django


def targets(cookies: list[str]) -> dict[str, list[list[str]]]:
    """Addresses by what they measure, each with the cookie to send ("" for nobody)."""
    from django.db.models import F

    from core.pagination import encode
    from forum.models import Thread

    public = Thread.objects.filter(space__visibility="public", removed_at=None)
    big = public.order_by("-highest_number").first()
    busy = list(public.exclude(pk=big.pk).order_by("-answer_count", "-last_activity_at", "-pk")[:60])
    count = public.count()
    deep = public.order_by("-last_activity_at", "-pk")[int(count * 0.75)]
    older = f"/forum/?page=o-{encode(deep.last_activity_at, deep.pk)}"
    last_answer = (
        big.posts.filter(kind="answer", removed_at=None).order_by(F("number").desc()).values_list("number", flat=True)
    )[0]
    threads = [thread.get_absolute_url() for thread in busy]
    big_url = big.get_absolute_url()

    def signed_in(paths):
        return [[paths[i % len(paths)], cookies[i % len(cookies)]] for i in range(max(len(paths), len(cookies)))]

    return {
        "floor": [[f"/bench/floor/?thread={big.pk}", ""]],
        "thread, signed in": signed_in(threads),
        "list, signed in": signed_in(["/forum/"]),
        "thread, anonymous": [[path, ""] for path in threads],
        "list, anonymous": [["/forum/", ""]],
        "deep list, signed in": signed_in([older]),
        "big thread, page 1": signed_in([big_url]),
        "big thread, last page": signed_in([f"{big_url}?post={last_answer}"]),
        "search, signed in": signed_in(["/search/?q=sharing+protocol"]),
    }


def queries(found: dict[str, list[list[str]]]) -> dict[str, int]:
    """Queries of one warm request of each page, session and user included, savepoints not."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    counts = {}
    pages = {name: rows[0] for name, rows in found.items() if name != "floor"} | {
        "home, signed in": ["/", found["list, signed in"][0][1]],
        "home, anonymous": ["/", ""],
    }
    for name, (path, cookie) in pages.items():
        client = Client(HTTP_COOKIE=cookie) if cookie else Client()
        for _ in range(2):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                response = client.get(path, SERVER_NAME="127.0.0.1")
        if response.status_code != 200:
            raise RuntimeError(f"{name}: {path} answered {response.status_code}")
        counts[name] = sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)
    return counts


if __name__ == "__main__":
    django.setup()
    lines = Path(sys.argv[1]).read_text().splitlines()
    found = targets([json.loads(line)["cookie"] for line in lines[:40]])
    print(json.dumps({"targets": found, "queries": queries(found)}))
