from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core import caching
from forum import querysets
from forum.actions import reading
from forum.models import Space, Thread
from forum.pages import lists
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
    return _list(request, "mine", "forum/mine.html")


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


def _list(request, name, template, *, space=None, topic=None):
    """A page of a list, narrowed by its address or by the filters in its query; an unknown filter is a 404."""
    caching.depends_on(request, "forum", "members")
    reader = request.user
    filters = lists.Filters(space=space, topic=topic, of="space" if space else "topic" if topic else "")
    filters.path = request.path
    if not filters.of:
        if slug := request.GET.get("space"):
            filters.space = get_object_or_404(Space.objects.visible_to(reader), slug=slug)
        if slug := request.GET.get("topic"):
            filters.topic = get_object_or_404(querysets.topics_seen_by(reader), slug=slug)
    kind = request.GET.get("kind", "")
    filters.kind = kind if kind in Thread.Kind else ""
    cursor = request.GET.get("page", "")
    page = lists.list_page(reader, name, path=request.path, filters=filters, cursor=cursor)
    return render(request, template, lists.around(reader, page))


@require_POST
@signed_in
def catch_up(request):
    """Count everything up to now as read."""
    reading.catch_up(by=request.user)
    return redirect("forum:thread-list")
