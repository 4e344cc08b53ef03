"""Save pictures of every main page of the demo, as each kind of person, to var/shots/: `make shots`.

Starts a site of its own with the whole demo. `index.html` there shows all pictures on one sheet.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.parts.browser import DESKTOP, PHONE, launch  # noqa: E402
from tests.parts.databases import sqlite_template  # noqa: E402
from tests.parts.site import Site  # noqa: E402

SHOTS = ROOT / "var" / "shots"
LOOKS = {
    "1280": DESKTOP,
    "1280-dark": DESKTOP | {"color_scheme": "dark"},
    "390": PHONE,
    "390-dark": PHONE | {"color_scheme": "dark"},
}
FOR_ALL = {
    "home": "/",
    "forum": "/forum/",
    "unanswered": "/forum/unanswered/",
    "thread": "{answered}",
    "waiting": "{waiting}",
    "space": "/forum/spaces/lawful-sharing/",
    "partners": "/partners/",
    "organisation": "{organisation}",
    "person": "{person}",
    "search": "/search/?q=consent",
    "horizon": "/horizon/",
    "briefing": "{briefing}",
    "development": "{development}",
    "story": "{story}",
    "guidance-item": "{guidance}",
    "events": "/events/",
    "conference": "{conference}",
    "talk": "{talk}",
    "conference-before": "{before}",
}
FOR_ANYONE = {
    "timeline": "/horizon/timeline/",
    "radar": "/horizon/radar/",
    "guidance": "/guidance/",
    "stories": "/stories/",
    "start-here": "/start-here/",
    "news": "/news/",
    "templates": "/templates/",
    "gateways": "/gateways/",
    "finder": "/gateways/find/?who=council&whom=police&purpose=crime",
    "glossary": "/glossary/",
    "slides": "/events/{before_pk}/slides/",
    "scenarios": "{scenarios}",
    "vote": "{vote}",
    "a-to-z": "/a-z/",
    "all-topics": "/topics/",
    "topics": "/forum/topics/",
    "nothing-found": "/search/?q=zyxwvut",
    "not-there": "/forum/999999999/",
    "sign-in": "/accounts/login/",
    "sign-in-code": "/accounts/login/code/",
    "join": "/accounts/signup/",
    "outbox": "/outbox/",
    "parts": "/design/",
}
FOR_MEMBERS = {
    "ask": "/forum/ask/",
    "following": "/forum/following/",
    "mine": "/forum/mine/",
    "unread": "/forum/unread/",
    "drafts": "/forum/drafts/",
    "inbox": "/notifications/",
    "preferences": "/notifications/preferences/",
    "bookings": "/events/bookings/",
    "ticket": "/events/{conference_pk}/ticket/",
    "account": "/account/",
    "tasks": "/horizon/tasks/",
    "horizon-following": "/horizon/following/",
    "signals": "/horizon/signals/",
    "signal-send": "/horizon/signals/send/",
    "calendar": "/account/calendar/",
    "my-checks": "/gateways/mine/",
}
FOR_STAFF = {"lock": "/forum/{number}/moderate/lock/", "remove": "/forum/{number}/posts/2/remove/"}
PAGES = {
    "anyone": FOR_ALL | FOR_ANYONE,
    "member": FOR_ALL | FOR_MEMBERS,
    "moderator": FOR_ALL | FOR_STAFF,
    "core team": FOR_ALL | FOR_STAFF | {"admin": "/admin/", "event-desk": "/admin/events/{conference_pk}/"},
}
ASK = """
import json
from cms.models import GuidancePage, StoryPage
from django.utils import timezone
from events.models.vote import Vote
from events.pages.event import EventPage
from events.pages.scenario import ScenarioPage
from forum.models import Thread
from horizon.models import BriefingPage, Development
from portal.demo import members
public = Thread.objects.filter(space__visibility="public")
answered = public.filter(accepted_answer__isnull=False).order_by("-answer_count").first()
waiting = public.filter(peer_answer_count=0, kind="question").first()
author = answered.accepted_answer.author
briefing = BriefingPage.objects.live().order_by("-first_published_at").first()
conferences = EventPage.objects.live().filter(kind="conference").order_by("starts_at")
coming = conferences.filter(starts_at__gt=timezone.now()).first()
before = conferences.filter(starts_at__lt=timezone.now()).last()
print(json.dumps({
    "conference": coming.url, "conference_pk": coming.pk, "before": before.url, "before_pk": before.pk,
    "talk": coming.sessions.filter(capacity__isnull=False).first().get_absolute_url(),
    "scenarios": ScenarioPage.objects.live().first().get_parent().url,
    "vote": f"/events/vote/{Vote.objects.filter(state='closed').first().code}/",
    "answered": answered.get_absolute_url(), "waiting": waiting.get_absolute_url(), "number": answered.pk,
    "person": author.get_absolute_url(), "organisation": author.organisation.get_absolute_url(),
    "briefing": briefing.url, "development": briefing.development.get_absolute_url(),
    "story": StoryPage.objects.live().first().url, "guidance": GuidancePage.objects.live().first().url,
    "people": [email for _, _, email in members.four()],
}))
"""


def prepare(var: Path) -> tuple[Site, dict, dict[str, str]]:
    """A running site with the demo, the places to fill into addresses, and the session of each kind of person."""
    shutil.copy(sqlite_template(), var / "folkmoot.sqlite3")
    site = Site(var)
    cookies = var / "cookies.jsonl"
    site.manage("load_demo", "--sessions", "1000", "--cookies", str(cookies))
    places = json.loads(site.python(ASK).splitlines()[-1])
    by_handle = {row["handle"]: row["cookie"].partition("=")[2] for row in map(json.loads, cookies.open())}
    _, member, moderator, core = (email.split("@")[0].replace(".", "-") for email in places["people"])
    sessions = {"member": by_handle[member], "moderator": by_handle[moderator], "core team": by_handle[core]}
    return site.start(), places, sessions


def take(site: Site, places: dict, sessions: dict[str, str]) -> list[Path]:
    """Every picture; a page that does not come is said and left out."""
    from playwright.sync_api import sync_playwright

    taken: list[Path] = []
    total = sum(len(pages) for pages in PAGES.values()) * len(LOOKS)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for person, pages in PAGES.items():
            for look, options in LOOKS.items():
                context = browser.new_context(locale="en-GB", reduced_motion="reduce", **options)
                if person in sessions:
                    context.add_cookies([{"name": "sessionid", "value": sessions[person], "url": site.url}])
                page = context.new_page()
                for name, path in pages.items():
                    _progress(len(taken) + 1, total, f"{person}: {name}, {look}")
                    response = page.goto(site.url + path.format(**places), wait_until="load")
                    if response is None or response.status not in {200, 404}:
                        print(f"\n  {path} answered {response and response.status}", flush=True)
                        continue
                    file = SHOTS / f"{person.replace(' ', '-')}-{name}-{look}.png"
                    page.screenshot(path=file, full_page=True)
                    taken.append(file)
                context.close()
        browser.close()
    return taken


def sheet(taken: list[Path]) -> None:
    """index.html: every picture, small, by page and person."""
    figures = "\n".join(
        f'<figure><a href="{escape(file.name)}"><img src="{escape(file.name)}" alt="" loading="lazy"></a>'
        f"<figcaption>{escape(file.stem)}</figcaption></figure>"
        for file in sorted(taken)
    )
    (SHOTS / "index.html").write_text(
        '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Folkmoot, every page</title>'
        "<style>body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:16px}figure{margin:0;width:300px}"
        "img{width:300px;height:360px;object-fit:cover;object-position:top;border:1px solid #bbb}</style>"
        f"<h1 style='width:100%'>Folkmoot, {len(taken)} pictures</h1>\n{figures}\n"
    )


def _progress(count: int, total: int, text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{count} of {total}  {text}", end="", flush=True)
    elif count % 20 == 1:
        print(f"{count} of {total}  {text}", flush=True)


def main() -> int:
    began = time.monotonic()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    print("Starting a site with the demo", flush=True)
    with tempfile.TemporaryDirectory(prefix="folkmoot-shots-") as var:
        site, places, sessions = prepare(Path(var))
        try:
            taken = take(site, places, sessions)
        finally:
            site.stop()
    sheet(taken)
    print(f"\n{len(taken)} pictures in {time.monotonic() - began:.0f} s: var/shots/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
