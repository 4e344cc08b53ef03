"""Atom feeds of the forum's public lists: what anyone may read, whoever asks."""

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from core import caching
from core.feeds import AtomFeed
from forum.bylines import PUBLIC, byline
from forum.models import Space, Thread
from forum.pages import mentions
from members.access import public

MOST = 30


class ThreadFeed(AtomFeed):
    """The newest threads of one list. `threads`: a queryset that starts at `visible_to`."""

    def __init__(self, title: str, link: str, threads, subtitle: str = ""):
        self.title, self.link, self.subtitle, self._threads = title, link, subtitle, threads
        super().__init__()

    def items(self):
        found = self._threads.listed().select_related(
            "author__organisation__sector", "organisation_then__sector"
        ).with_opening()  # fmt: skip
        threads = list(found.order_by("-created_at", "-pk")[:MOST])
        self._linked = mentions.open_to(PUBLIC, [thread.opening_html or "" for thread in threads])
        return threads

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return mentions.as_seen(item.opening_html or "", self._linked)

    def item_link(self, item):
        return item.get_absolute_url()

    def item_author_name(self, item):
        return byline(item, PUBLIC).name

    def item_pubdate(self, item):
        return item.created_at

    def item_updateddate(self, item):
        return item.last_activity_at

    def item_categories(self, item):
        return [topic.name for topic in item.topics.all()]

    def item_guid(self, item):
        return f"thread-{item.pk}"


def _threads():
    return Thread.objects.visible_to(AnonymousUser())


def _feed(request, title: str, link: str, threads, subtitle: str = ""):
    caching.depends_on(request, "forum", "members")
    return ThreadFeed(title, link, threads, subtitle)(request)


@require_GET
@public
def latest(request):
    return _feed(request, "New in the forum", "/forum/", _threads())


@require_GET
@public
def unanswered(request):
    return _feed(request, "Waiting for an answer", "/forum/unanswered/", _threads().unanswered())


@require_GET
@public
def answered(request):
    return _feed(request, "Answered questions", "/forum/answered/", _threads().answered())


@require_GET
@public
def space(request, slug):
    found = get_object_or_404(Space.objects.visible_to(AnonymousUser()), slug=slug)
    return _feed(request, found.name, found.get_absolute_url(), _threads().in_space(found), found.purpose)


@require_GET
@public
def topic(request, slug):
    """Empty for a topic without public threads, and so for one that does not exist: neither tells the other apart."""
    threads = _threads().about_slug(slug)
    return _feed(request, f"Threads about {slug.replace('-', ' ')}", f"/forum/topics/{slug}/", threads)
