"""What a thread page weighs at a first visit in Chromium: `python -m bench.weight URL`; prints one JSON object.

Bytes are those that came over the wire, compressed as the server sent them. HTML that the server sends plain (a
proxy in front compresses it) is counted as gzip makes it, and said so.
"""

import gzip
import json
import os
import sys
from urllib.parse import urlsplit

from tests.parts.browser import launch


def weigh(url: str) -> dict:
    """{"bytes", "requests", "others": addresses on other hosts, "by_kind": {kind: bytes}, "html_by_gzip": bool}."""
    from playwright.sync_api import sync_playwright

    sizes: dict[str, float] = {}
    kinds: dict[str, str] = {}
    urls: dict[str, str] = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

        def answered(event):
            kinds[event["requestId"]] = event["type"]
            urls[event["requestId"]] = event["response"]["url"]

        session.on("Network.responseReceived", answered)
        session.on(
            "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]})
        )
        response = page.goto(url, wait_until="networkidle")
        html = response.body()
        plain = "content-encoding" not in response.headers
        browser.close()
    by_kind: dict[str, float] = {}
    for request, size in sizes.items():
        kind = kinds.get(request, "Other")
        if kind == "Document" and plain:
            size = size - len(html) + len(gzip.compress(html, 6))
        by_kind[kind] = by_kind.get(kind, 0) + size
    here = urlsplit(url).netloc
    others = sorted({address for address in urls.values() if urlsplit(address).netloc not in {here, ""}})
    return {
        "bytes": round(sum(by_kind.values())),
        "requests": len(sizes),
        "others": others,
        "by_kind": {kind: round(size) for kind, size in by_kind.items()},
        "html_by_gzip": plain,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    print(json.dumps(weigh(sys.argv[1])))
