"""What a page says of itself to search engines and to sites that show a link: Open Graph, canonical, JSON-LD.

Made for people who are not signed in: only what anyone may see is in it, and a kept page holds it already.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.blocks.reading import chosen
from core.markdown import excerpt, plain
from core.models import AbstractPage, CustomImage
from events.models.programme import Session
from events.pages.event import EventPage
from events.showing import body_of
from forum.bylines import PUBLIC, byline
from forum.models import Post, Space, Thread
from forum.pages import mentions
from members.models import KeptPage
from members.pages import document_visible_to

SHARED_PICTURE = "img/share.png"
WIDE = "fill-1200x630"
LONGEST = 200  # letters of a description
MOST_ANSWER = 3000


@dataclass
class Meta:
    """One page's: `path` from the root, `kind` as Open Graph says ("website", "article"), `data` for JSON-LD."""

    title: str
    description: str = ""
    path: str = ""
    kind: str = "website"
    picture: str = ""
    data: list[dict[str, Any]] = field(default_factory=list)


def of(context) -> Meta | None:
    """What the thing a template shows says of itself; None for pages that are nobody's but the reader's."""
    thread, page = context.get("thread"), context.get("page")
    if isinstance(thread, Thread):
        return _of_thread(thread)
    if isinstance(page, AbstractPage):
        return _of_page(page, context)
    for name in ("provision", "term", "template", "organisation", "development", "session", "speaker"):
        thing = context.get(name)
        if hasattr(thing, "get_absolute_url") and hasattr(thing, "_meta"):
            meta = _of_thing(thing)
            if isinstance(thing, Session):
                meta.data.append(session_data(thing, meta))
            if crumbs := context.get("crumbs"):
                meta.data.append(_breadcrumb(crumbs, meta.path))
            return meta
    return None


def _of_page(page: AbstractPage, context) -> Meta:
    words = page.search_description or getattr(page, "summary", "") or getattr(page, "intro", "")
    path = page.get_url() or "/"
    meta = Meta(page.seo_title or page.title, _short(words), path, picture=_picture(page))
    if isinstance(page, EventPage):
        meta.data.append(event_data(page, meta, body_of(page)))
    elif isinstance(page, KeptPage):
        meta.kind = "article"
        meta.data.append(_article(page, meta))
    if crumbs := context.get("crumbs"):
        meta.data.append(_breadcrumb(crumbs, path))
    return meta


def _article(page: KeptPage, meta: Meta) -> dict:
    body = {"@type": "Organization", "name": settings.PARTNERSHIP_NAME, "url": settings.SITE_URL}
    dates = {"datePublished": page.first_published_at, "dateModified": page.last_published_at}
    return {
        "@type": "NewsArticle" if page._meta.model_name == "newspage" else "Article",
        "headline": page.title[:110],
        "description": meta.description,
        "mainEntityOfPage": whole(meta.path),
        "author": body,
        "publisher": body,
    } | {name: moment.isoformat() for name, moment in dates.items() if moment}


def event_data(page: EventPage, meta: Meta, body) -> dict:
    """An event as search engines list them. The address to join online is nobody's who has no place."""
    ways = {mode for mode, _capacity, _confirmed in body.rooms}
    places: list[dict] = []
    if page.venue:
        places.append({"@type": "Place", "name": page.venue, "address": page.street or page.venue})
    if "online" in ways or not page.venue:
        places.append({"@type": "VirtualLocation", "url": whole(meta.path)})
    mode = "Mixed" if len(places) > 1 else "Offline" if page.venue else "Online"
    host = body.host or settings.PARTNERSHIP_NAME
    return {
        "@type": "Event",
        "name": page.title,
        "description": meta.description,
        "url": whole(meta.path),
        "startDate": timezone.localtime(page.starts_at).isoformat(),
        "endDate": timezone.localtime(page.ends_at).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if body.called_off else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": places[0] if len(places) == 1 else places,
        "organizer": {"@type": "Organization", "name": host, "url": whole(body.host_url or "/")},
        "isAccessibleForFree": True,
    }


def session_data(session: Session, meta: Meta) -> dict:
    """A session, as a part of its event."""
    event = session.event
    return {
        "@type": "Event",
        "name": session.title,
        "description": meta.description,
        "url": whole(meta.path),
        "startDate": timezone.localtime(session.starts_at).isoformat(),
        "endDate": timezone.localtime(session.ends_at).isoformat(),
        "location": {"@type": "Place", "name": event.venue, "address": event.street or event.venue}
        if event.venue
        else {"@type": "VirtualLocation", "url": whole(meta.path)},
        "superEvent": {"@type": "Event", "name": event.title, "startDate": event.starts_at.isoformat()},
    }


def _breadcrumb(crumbs: list[dict], path: str) -> dict:
    steps = [{"title": "Home", "url": "/"}, *crumbs]
    items = [
        {"@type": "ListItem", "position": place, "name": str(step["title"]), "item": whole(step.get("url") or path)}
        for place, step in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _of_thread(thread: Thread) -> Meta | None:
    """A public thread; with an accepted answer it is a question and its answer, under the bylines readers see."""
    if thread.space.visibility != Space.Visibility.PUBLIC or thread.removed_at:
        return None
    meta = Meta(
        thread.title, f"A {thread.get_kind_display().lower()} in {thread.space.name}.", thread.get_absolute_url()
    )
    answer = thread.accepted_answer_id and Post.objects.visible().filter(pk=thread.accepted_answer_id).first()
    if answer:
        [html] = mentions.shown(PUBLIC, [answer.html])
        meta.description = _short(excerpt(html, LONGEST))
        meta.data.append(_question(thread, answer, html))
    return meta


def _question(thread: Thread, answer: Post, html: str) -> dict:
    return {
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "name": thread.title,
            "answerCount": thread.answer_count,
            "dateCreated": thread.created_at.isoformat(),
            "author": {"@type": "Person", "name": byline(thread, PUBLIC).name},
            "acceptedAnswer": {
                "@type": "Answer",
                "text": plain(html)[:MOST_ANSWER],
                "dateCreated": answer.created_at.isoformat(),
                "upvoteCount": answer.helpful_count,
                "url": whole(f"{thread.get_absolute_url()}?post={answer.number}#post-{answer.number}"),
                "author": {"@type": "Person", "name": byline(answer, PUBLIC).name},
            },
        },
    }


def _of_thing(thing) -> Meta:
    words = next(
        (getattr(thing, name) for name in ("summary", "purpose", "definition", "bio") if hasattr(thing, name)), ""
    )
    return Meta(str(thing), _short(words), thing.get_absolute_url())


def _picture(page: AbstractPage) -> str:
    """The first picture of a page, cut for sharing, if anyone may see it."""
    ids = chosen(page, "image")
    image = CustomImage.objects.select_related("collection").filter(pk=ids[0]).first() if ids else None
    if image is None or not document_visible_to(image, AnonymousUser()):
        return ""
    try:
        return image.get_rendition(WIDE).url
    except OSError:  # the file is gone; the page is shown all the same
        return ""


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + "…"


def whole(path: str) -> str:
    return path if path.startswith("http") else f"{settings.SITE_URL}{path}"


def as_tags(meta: Meta, site_name: str) -> SafeString:
    """The tags for the head of a page. A canonical address is the page's own to say where it has several parts."""
    pairs = [
        ("og:site_name", site_name), ("og:type", meta.kind), ("og:title", meta.title),
        ("og:description", meta.description), ("og:url", whole(meta.path)),
        ("og:image", whole(meta.picture or static(SHARED_PICTURE))), ("og:locale", "en_GB"),
    ]  # fmt: skip
    tags = format_html_join("\n    ", '<meta property="{}" content="{}">', [pair for pair in pairs if pair[1]])
    card = mark_safe('\n    <meta name="twitter:card" content="summary_large_image">')
    return mark_safe(tags + card + "".join(map(_data_block, meta.data)))


def _data_block(data: dict) -> str:
    """Data, not a script: browsers never run it, so the site's policy has nothing to allow (tests/cms/test_meta.py)."""
    text = json.dumps({"@context": "https://schema.org"} | data, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return format_html('\n    <script type="application/ld+json">{}</script>', mark_safe(text))
