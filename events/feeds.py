"""The Atom feed of events: the newest first, with when and where."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.feedgenerator import get_tag_uri

from core import caching
from core.feeds import AtomFeed
from events import times
from events.querysets.lists import lines_for
from members.access import public

SHOWN = 30


class EventsFeed(AtomFeed):
    """What is public, whoever asks: a feed is repeated elsewhere."""

    title = "Events"
    subtitle = "Workshops, learning lunches, practitioner days and conferences: when, where, and how to take part."

    def get_object(self, request):
        caching.depends_on(request, "site", "events", "pages", "members")
        self.site = f"{request.scheme}://{request.get_host()}"

    def link(self, _nothing):
        return "/events/"

    def feed_url(self, _nothing):
        return reverse("events:feed")

    def feed_guid(self, _nothing):
        return f"{self.site}{reverse('events:feed')}"

    def items(self, _nothing):
        found = [line for line in lines_for(AnonymousUser()) if line.published_at]
        return sorted(found, key=lambda line: (line.published_at, line.pk), reverse=True)[:SHOWN]

    def item_title(self, line):
        return f"Called off: {line.title}" if line.called_off else line.title

    def item_description(self, line):
        said = [times.span(line.starts_at, line.ends_at), line.where, line.summary, line.called_off]
        return " ".join(f"{part.rstrip('.')}." for part in said if part)

    def item_link(self, line):
        return line.url

    def item_guid(self, line):
        return get_tag_uri(f"{self.site}/events/{line.pk}", line.published_at)

    def item_pubdate(self, line):
        return line.published_at

    def item_updateddate(self, line):
        return line.changed_at

    def item_categories(self, line):
        return (line.kind_words,)


@public
def feed(request):
    """The feed."""
    return EventsFeed()(request)
