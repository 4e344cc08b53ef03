from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core import caching
from forum import querysets
from forum.actions import reading
from forum.models import Space, Thread
from forum.pages import lists
from forum.pages.gone import own_threads_gone
from forum.pages.news import LIVE, news_bar
from forum.views.suggestions import typed
from members.access import public, signed_in


@public
def thread_list(request):
    return _list(request, "latest", "forum/thread_list.html")


@public
def unanswered(request):
    return _list(request, "unanswered", "forum/unanswered.html")


@public
def answered(request):
    return _list(request, "answered", "forum/answered.html")


@signed_in
def mine(request):
    return _list(request, "mine", "forum/mine.html", more={"gone": own_threads_gone(request.user)})


@signed_in
def following(request):
    return _list(request, "following", "forum/following.html")


@signed_in
def unread(request):
    return _list(request, "unread", "forum/unread.html")


@public
def space(request, slug):
    caching.depends_on(request, "forum", "members")
    here = get_object_or_404(Space.objects.for_reader(request.user), slug=slug)
    return _list(request, "latest", "forum/space.html", space=here)


@public
def topic(request, slug):
    caching.depends_on(request, "forum", "members")
    here = get_object_or_404(querysets.topics_seen_by(request.user), slug=slug)
    return _list(request, "latest", "forum/topic.html", topic=here)


@public
def topics(request):
    """All topics of threads the reader may see."""
    caching.depends_on(request, "forum")
    found = querysets.topics_with_totals(request.user)
    return render(request, "forum/topics.html", {"letters": lists.by_letter(found)})


def _list(request, name, template, *, space=None, topic=None, more=None):
    """A page of a list, narrowed by its address or by the filters in its query; an unknown filter is a 404."""
    caching.depends_on(request, "forum", "members")
    reader = request.user
    filters = _filters(request, space=space, topic=topic)
    filters.oldest_first = lists.LISTS[name].either_order and request.GET.get("order") == "oldest"
    # before the page: what comes in between is then told as new, not lost
    counted = lists.counted(reader)
    page = lists.list_page(reader, name, path=request.path, filters=filters, cursor=request.GET.get("page", ""))
    news = news_bar(reader, name, filters, counted["spaces"], after=counted["newest"])
    context = lists.around(reader, page, counted) | {"news": news, "feed_url": _feed_url(request, name, filters)}
    return render(request, template, context | (more or {}))


def _feed_url(request, name: str, filters: lists.Filters) -> str:
    """The feed of a list that has one: what anyone may read."""
    public = name in {"latest", "unanswered", "answered"} and (filters.space is None or filters.space.is_public())
    return f"{request.path}feed/" if public else ""


def _filters(request, *, space=None, topic=None) -> lists.Filters:
    """What the query narrows a list to, within the space or topic whose page it is. Raises Http404."""
    reader = request.user
    filters = lists.Filters(space=space, topic=topic, of="space" if space else "topic" if topic else "")
    filters.path = request.path
    if not filters.of:
        if slug := typed(request, "space", 60):
            filters.space = get_object_or_404(Space.objects.visible_to(reader), slug=slug)
        if slug := typed(request, "topic", 100):
            filters.topic = get_object_or_404(querysets.topics_seen_by(reader), slug=slug)
    kind = request.GET.get("kind", "")
    filters.kind = kind if kind in Thread.Kind else ""
    return filters


@require_GET
@signed_in
def thread_news(request):
    """What came into a list after thread number `after`, as the bar above the list; asked when a tab hears of it."""
    filters = _filters(request)
    if (of := request.GET.get("of")) in {"space", "topic"} and getattr(filters, of):
        filters.of = of
    name, after = request.GET.get("list", ""), request.GET.get("after", "")
    if name not in LIVE or not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise Http404
    spaces = list(Space.objects.visible_to(request.user))
    news = news_bar(request.user, name, filters, spaces, after=int(after), look=True)
    return render(request, "forum/thread_news.html", {"news": news})


@require_POST
@signed_in
def catch_up(request):
    """Count everything up to now as read."""
    reading.catch_up(by=request.user)
    return redirect("forum:thread-list")
