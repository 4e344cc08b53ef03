"""Words of posts that pages quote."""

from django.contrib.auth.models import AnonymousUser
from django.db import models


class ExcerptQuerySet(models.QuerySet):
    def agreed(self):
        """Those that may be shown: the author agreed and the post still stands. Twin of `Excerpt.may_be_shown`."""
        return self.filter(consent="given", post__removed_at=None, post__thread__removed_at=None)

    def by(self, member):
        """Those of a member's own words: only they are asked, and only they answer."""
        return self.filter(post__author=member).with_authors()

    def with_authors(self):
        return self.select_related(
            "page", "post__thread__space", "post__author__organisation__sector", "post__organisation_then__sector"
        )


def threads_quoted_on(page) -> set[int]:
    """The numbers of the threads a page has excerpts of, shown or not. One query."""
    return set(page.excerpts.order_by().values_list("post__thread", flat=True))


def shown_on(page, viewer=None) -> dict[int, dict]:
    """The excerpts a page may show, by id: {words, byline, url}; `url` only for who may read the thread. One query.

    A post in a space that is not public is quoted all the same: its author agreed to these words, on this page.
    """
    from forum.bylines import audience_of, byline
    from forum.permissions import can_view_thread

    viewer = viewer or AnonymousUser()
    return {
        one.pk: {
            "words": one.words,
            "byline": byline(one.post, audience_of(viewer)),
            "url": one.post.get_absolute_url() if can_view_thread(viewer, one.post.thread) else "",
        }
        for one in page.excerpts.agreed().with_authors()
    }
