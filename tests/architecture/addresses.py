"""Every named address of the site: how to reach it, as whom, and whether it is a page.

A new url name has to be put here; tests over "every page" walk these tables and fail on a name they don't know.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

# Not ours to mark and test view by view: Wagtail, allauth's views and static files.
EXCUSED_PREFIXES = ("admin/", "api/v2/", "documents/", "accounts/", "_util/")


@dataclass(frozen=True)
class Address:
    """A named pattern: "forum:ask", its route, and its view."""

    name: str
    route: str
    view: object


def addresses() -> list[Address]:
    """Every pattern of the URL configuration, Wagtail's and allauth's too."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name or ''}", route, pattern.callback)


def ours() -> list[Address]:
    """The addresses whose views we write."""
    return [
        address
        for address in addresses()
        if not address.route.startswith(EXCUSED_PREFIXES) and not _is_wagtails(address.view)
    ]


def _is_wagtails(view) -> bool:
    return (getattr(view, "__module__", "") or "").startswith(("wagtail.", "django.views.static"))


@dataclass(frozen=True)
class PageOf:
    """How to reach a page on a site with the cast of `tests.parts.cast`: `path`, and the handle of who looks."""

    path: str
    by: str | None = None


# Url name → its page. Words in braces are filled in by `tests.parts.cast.places`.
PAGES: dict[str, PageOf] = {
    "forum:thread-list": PageOf("/forum/", "alice"),
    "forum:unanswered": PageOf("/forum/unanswered/"),
    "forum:answered": PageOf("/forum/answered/"),
    "forum:mine": PageOf("/forum/mine/", "alice"),
    "forum:following": PageOf("/forum/following/", "alice"),
    "forum:unread": PageOf("/forum/unread/", "alice"),
    "forum:space": PageOf("/forum/spaces/lawful-sharing/"),
    "forum:topic": PageOf("/forum/topics/fire/"),
    "forum:topics": PageOf("/forum/topics/"),
    "forum:ask": PageOf("/forum/ask/", "alice"),
    "forum:drafts": PageOf("/forum/drafts/", "alice"),
    "forum:thread-detail": PageOf("/forum/{answered}/", "bob"),
    "forum:comment": PageOf("/forum/{number}/posts/2/comment/", "bob"),
    "forum:edit": PageOf("/forum/{number}/posts/1/edit/", "alice"),
    "forum:delete": PageOf("/forum/{number}/posts/3/delete/", "alice"),
    "forum:gone": PageOf("/forum/{number}/posts/5/gone/", "bob"),
    "forum:history": PageOf("/forum/{number}/posts/2/history/", "alice"),
    "forum:moderated": PageOf("/forum/{number}/moderate/log/", "morag"),
    "forum:moderate": PageOf("/forum/{number}/moderate/lock/", "morag"),
    "forum:remove": PageOf("/forum/{number}/posts/4/remove/", "morag"),
    "forum:restore": PageOf("/forum/{number}/posts/5/restore/", "morag"),
    "forum:discuss": PageOf("/forum/about/page/{news}/", "alice"),
    "forum:cite": PageOf("/forum/{number}/posts/2/cite/", "bob"),
    "reference:provision-list": PageOf("/gateways/"),
    "reference:finder": PageOf("/gateways/find/?who=council&whom=fire&purpose=crime"),
    "reference:my-checks": PageOf("/gateways/mine/", "bob"),
    "reference:provision": PageOf("/gateways/crime-and-disorder-act-1998-s-115/"),
    "reference:glossary": PageOf("/glossary/"),
    "reference:term": PageOf("/glossary/retention/"),
    "cms:topics": PageOf("/topics/"),
    "cms:topic": PageOf("/topics/fire/", "alice"),
    "cms:a-z": PageOf("/a-z/"),
    "cms:template-list": PageOf("/templates/"),
    "cms:template-detail": PageOf("/templates/sharing-protocol/", "alice"),
    "cms:template-version": PageOf("/templates/sharing-protocol/1/"),
    "cms:consent": PageOf("/consent/{excerpt}/", "bob"),
    "cms:story-contact": PageOf("/stories/contact/{agreement}/", "bob"),
    "cms:draft-from-thread": PageOf("/forum-drafts/{number}/", "morag"),
    "horizon:timeline": PageOf("/horizon/timeline/"),
    "horizon:radar": PageOf("/horizon/radar/", "alice"),
    "horizon:development": PageOf("/horizon/developments/a-duty-to-share/", "alice"),
    "horizon:tasks": PageOf("/horizon/tasks/", "alice"),
    "horizon:following": PageOf("/horizon/following/", "alice"),
    "calendars, signed out": PageOf("/horizon/following/"),
    "horizon:signals": PageOf("/horizon/signals/", "alice"),
    "signals, none sent": PageOf("/horizon/signals/", "bob"),
    "horizon:signal-send": PageOf("/horizon/signals/send/", "alice"),
    "members:organisation-list": PageOf("/partners/"),
    "members:account": PageOf("/account/", "alice"),
    "members:change-organisation": PageOf("/account/organisation/", "alice"),
    "members:welcome": PageOf("/account/welcome/", "charlie"),
    "members:calendar-address": PageOf("/account/calendar/", "alice"),
    "members:leave": PageOf("/account/leave/", "alice"),
    "notifications:inbox": PageOf("/notifications/", "alice"),
    "notifications:preferences": PageOf("/notifications/preferences/", "alice"),
    "notifications:stop": PageOf("{stop}"),
    "notifications:outbox": PageOf("/outbox/"),
    "portal:organisation": PageOf("/partners/mardyke-food-bank/", "alice"),
    "portal:person": PageOf("/people/bob/", "alice"),
    "portal:search": PageOf("/search/?q=fire"),
    "portal:gallery": PageOf("/design/"),
    # Pages that have a name of someone else's, or none.
    "home": PageOf("/"),
    "home, signed in": PageOf("/", "alice"),
    "your calendar, without an address": PageOf("/account/calendar/", "bob"),
    "stories": PageOf("/stories/"),
    "story": PageOf("/stories/the-list-that-saved-time/"),
    "events": PageOf("/events/"),
    "events, signed in": PageOf("/events/", "alice"),
    "events, narrowed": PageOf("/events/?kind=conference"),
    "events, nothing of it planned": PageOf("/events/?kind=learning_lunch&how=in_person"),
    "event on now": PageOf("/events/{event_slug}/"),
    "event on now, booked": PageOf("/events/{event_slug}/", "alice"),
    "event on now, one's own agenda": PageOf("/events/{event_slug}/?mine=1", "alice"),
    "event, one's own agenda, signed out": PageOf("/events/{event_slug}/?mine=1"),
    "event that was": PageOf("/events/say-it-plainly/"),
    "event to come, waiting": PageOf("/events/write-your-first-protocol/", "bob"),
    "event called off": PageOf("/events/a-lunch-on-minutes/"),
    "events:session": PageOf("/events/{session}/"),
    "session, booked": PageOf("/events/{session}/", "alice"),
    "events:speakers": PageOf("/events/{event}/speakers/"),
    "events:door": PageOf("/events/{after}/door/", "cora"),
    "door, as a helper": PageOf("/events/{after}/door/?q=alice", "bob"),
    "door, nobody found": PageOf("/events/{after}/door/?q=zyxwvut", "cora"),
    "events:door-person": PageOf("/events/door/{after_ticket}/", "cora"),
    "events:door-add": PageOf("/events/{after}/door/add/", "cora"),
    "events:door-helpers": PageOf("/events/{after}/door/helpers/", "cora"),
    "events:certificate": PageOf("/events/bookings/{after_ticket}/certificate/", "alice"),
    "events:certificate-find": PageOf("/events/certificates/"),
    "events:certificate-check": PageOf("/events/certificates/{certificate}/"),
    "events:feedback": PageOf("/events/{after}/feedback/", "bob"),
    "feedback, given": PageOf("/events/{after}/feedback/", "alice"),
    "events:follow-up": PageOf("/events/{after}/follow-up/", "alice"),
    "events:report-actions": PageOf("/events/{after}/actions/", "cora"),
    "event with what came of it": PageOf("/events/{after_slug}/"),
    "events:speaker": PageOf("/events/speakers/{speaker}/"),
    "events:book": PageOf("/events/{coming}/book/", "alice"),
    "events:book-colleagues": PageOf("/events/{coming}/book/colleagues/", "alice"),
    "events:bookings": PageOf("/events/bookings/", "alice"),
    "bookings, none": PageOf("/events/bookings/", "morag"),
    "events:ticket": PageOf("/events/bookings/{ticket}/", "alice"),
    "ticket, waiting": PageOf("/events/bookings/{waiting_ticket}/", "bob"),
    "events:ticket-details": PageOf("/events/bookings/{ticket}/details/", "alice"),
    "events:ticket-sessions": PageOf("/events/bookings/{ticket}/sessions/", "alice"),
    "events:give-up": PageOf("/events/bookings/{waiting_ticket}/give-up/", "bob"),
    "events:delegates": PageOf("/events/{event}/delegates/", "alice"),
    "events:guest-start": PageOf("/events/guests/{coming}/"),
    "events:guest-sent": PageOf("/events/guests/{coming}/sent/"),
    "events:guest-book": PageOf("/events/guests/{coming}/{guest_token}/"),
    "events:vote-find": PageOf("/events/vote/"),
    "events:vote": PageOf("/events/vote/{vote_open}/"),
    "vote, voted": PageOf("/events/vote/{vote_open}/", "alice"),
    "vote to be changed": PageOf("/events/vote/{vote_changeable}/?change=1", "alice"),
    "vote, closed": PageOf("/events/vote/{vote_closed}/"),
    "vote, not open yet": PageOf("/events/vote/{vote_draft}/"),
    "events:vote-paper": PageOf("/events/vote/{vote_closed}/paper/1/", "cora"),
    "events:screen": PageOf("/events/screen/{vote_changeable}/"),
    "screen, run by the team": PageOf("/events/screen/{vote_open}/", "cora"),
    "screen, before it opens": PageOf("/events/screen/{vote_draft}/", "cora"),
    "events:vote-trend": PageOf("/events/votes/what-stops-you-most-often/"),
    "events:vote-desk": PageOf("/events/{event}/votes/", "cora"),
    "events:vote-set-new": PageOf("/events/{event}/votes/sets/new/", "cora"),
    "scenarios": PageOf("/events/scenarios/"),
    "scenario": PageOf("/events/scenarios/six-refusals/"),
    "events:slides": PageOf("/events/{event}/slides/"),
    "slides, with a place": PageOf("/events/{event}/slides/", "alice"),
    "events:upload": PageOf("/events/upload/{upload}/"),
    "events:talk-files": PageOf("/events/{talk_files}/", "cora"),
    "events:questions": PageOf("/events/{asked}/"),
    "questions, as somebody who asked": PageOf("/events/{asked}/", "alice"),
    "events:questions-stage": PageOf("/events/{asked}/stage/", "cora"),
    "horizon": PageOf("/horizon/"),
    "horizon, signed in": PageOf("/horizon/", "alice"),
    "briefing": PageOf("/horizon/{briefing}/"),
    "briefing, signed in": PageOf("/horizon/{briefing}/", "alice"),
    "guidance": PageOf("/guidance/"),
    "guidance, national": PageOf("/guidance/sharing-to-keep-people-safe/"),
    "guidance, local, as its keeper": PageOf("/guidance/how-we-do-it-here/", "cora"),
    "start pages": PageOf("/start-here/"),
    "start page": PageOf("/start-here/new-here/"),
    "news list": PageOf("/news/"),
    "news": PageOf("/news/the-forum-is-open/"),
    "news, signed in": PageOf("/news/the-forum-is-open/", "alice"),
    "horizon, signed in, narrowed": PageOf("/horizon/?topic=fire&act=on", "alice"),
    "horizon, nothing left": PageOf("/horizon/?category=law&watch=on"),
    "timeline, signed in": PageOf("/horizon/timeline/", "alice"),
    "radar, not signed in": PageOf("/horizon/radar/"),
    "development, not signed in": PageOf("/horizon/developments/a-duty-to-share/"),
    "finder, nothing chosen": PageOf("/gateways/find/"),
    "topic, not signed in": PageOf("/topics/fire/"),
    "thread, not signed in": PageOf("/forum/{answered}/"),
    "thread, as its asker": PageOf("/forum/{answered}/", "alice"),
    "thread, as a moderator": PageOf("/forum/{answered}/", "morag"),
    "gone, to be put back": PageOf("/forum/{deleted}/posts/1/gone/", "alice"),
    "thread, as who wrote what was removed": PageOf("/forum/{answered}/", "bob"),
    "change of topics": PageOf("/forum/{number}/moderate/retag/", "morag"),
    "thread that waits": PageOf("/forum/{waiting}/", "alice"),
    "thread list, not signed in": PageOf("/forum/"),
    "search without a match": PageOf("/search/?q=zyxwvut"),
    "search for a name": PageOf("/search/?q=Mardyke+Food+Bank"),
    "account_login": PageOf("/accounts/login/"),
    "account_signup": PageOf("/accounts/signup/"),
    "account_logout": PageOf("/accounts/logout/", "alice"),
    "account_reset_password": PageOf("/accounts/password/reset/"),
    "account_request_login_code": PageOf("/accounts/login/code/"),
    "account_email": PageOf("/accounts/email/", "alice"),
    "account_change_password": PageOf("/accounts/password/change/", "alice"),
}

# Url names that answer with something else than a page: an act, a fragment, data.
NOT_PAGES: set[str] = {
    "forum:thread-news",
    *(
        f"forum:{act}"
        for act in (
            "accept", "answer", "ask-similar", "ask-topics", "catch-up", "drafts-discard", "drafts-put-back",
            "drafts-save", "put-back",
            "follow-space", "follow-thread", "follow-topic", "helpful", "mentions", "preview", "thread-by-number",
            "thread-new", "thread-posts", "thread-row", "unaccept", "us-too", "still-right", "feed", "unanswered-feed",
            "answered-feed", "space-feed", "topic-feed",
        )
    ),
    *(f"notifications:{act}" for act in ("bell", "open", "popover", "read-all", "stop-kind")),
    *(f"cms:{file}" for file in ("rendition", "original", "linked", "nothing-here", "sitemap", "sitemap-part")),
    *(f"cms:{kind}-feed" for kind in ("story", "guidance", "news", "template")),
    *(f"cms:{act}" for act in ("template-follow", "template-download", "still-right")),
    *(f"horizon:{calendar}" for calendar in ("calendar", "topic-calendar", "development-calendar")),
    "members:calendar",
    *(f"horizon:{file}" for file in ("feed", "development-feed")),
    *(f"events:{file}" for file in ("calendar", "event-calendar", "feed")),
    *(f"events:{file}" for file in ("badges", "door-list", "certificate-pdf", "scenario-paper")),
    *(f"events:{file}" for file in ("material", "material-copy", "slides-zip")),
    *(f"events:{act}" for act in ("vote-now", "screen-act", "questions-now", "questions-hand-on")),
    *(f"events:{act}" for act in ("question-want", "question-decide")),
    *(f"events:{act}" for act in ("door-acts", "door-tap", "join-online", "report-action")),
    *(
        f"events:{act}"
        for act in (
            "answer-offer", "asked-take-back", "event-ticket", "needs-erase", "session-leave", "session-take", "switch",
            "ticket-calendar", "ticket-link", "ticket-open",
        )
    ),
    *(f"horizon:{act}" for act in ("follow", "task-done", "task-not-done")),
    *(f"reference:{act}" for act in ("still-right", "provision-feed")),
    "portal:healthz",
    "portal:robots",
}  # fmt: skip
