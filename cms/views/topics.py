from django.http import Http404
from django.shortcuts import render

from cms.querysets import topics as reads
from core import caching
from members.access import public
from members.pages import ask_once

SHOWN = ("site", "pages", "law", "templates", "topics", "glossary", "forum", "members", "horizon", "events")


@public
def topics(request):
    """Every topic the reader may know of, under its first letter."""
    caching.depends_on(request, *SHOWN)
    ask_once(request.user)
    letters: dict[str, list] = {}
    for topic in reads.topics_in_use(request.user):
        letters.setdefault(topic.name[:1].upper(), []).append(topic)
    return render(request, "cms/topics.html", {"letters": list(letters.items())})


@public
def topic(request, slug: str):
    """Everything on a topic in three rungs: do it yourself, ask peers, ask the core team."""
    caching.depends_on(request, *SHOWN)
    ask_once(request.user)
    found = reads.topic_for(slug)
    if found is None:
        raise Http404
    yourself, peers = reads.on_topic(found, request.user), reads.asked_on(found, request.user)
    if not (found.guide_words or peers["threads"] or any(yourself.values())):
        raise Http404
    return render(request, "cms/topic.html", {"topic": found, "guide": found.guide_words, **yourself, **peers})
