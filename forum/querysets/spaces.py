"""Spaces: who may read and start threads in them, and what their lists show."""

from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery

from forum.querysets.counting import MOST_COUNTED, UpTo


def readable_by(member, *, space: str = "") -> Q:
    """What a member (or an anonymous user) may read, as a condition on spaces, or on rows that lead to one by `space`.

    The one place that says so in SQL; `permissions.can_view_space` says it of one space.
    """
    if not member.is_authenticated or not member.is_taking_part():
        return Q(**{f"{space}visibility": "public"})
    from forum.models import SpaceMembership

    mine = SpaceMembership.objects.filter(member=member).values("space")
    return Q(**{f"{space}visibility__in": ["public", "members"]}) | Q(**{f"{space}pk__in": mine})


class SpaceQuerySet(models.QuerySet):
    def visible_to(self, member):
        """Spaces `member` (or an anonymous user) may read. Twin of `permissions.can_view_space`."""
        return self.filter(readable_by(member))

    def with_unread_for(self, member):
        """With `unread`: threads with something new for `member`, counted up to MOST_COUNTED."""
        from forum.models import Thread

        threads = Thread.objects.filter(space=OuterRef("pk"), removed_at=None).unread_by(member)
        return self.annotate(unread=UpTo(threads.values("pk")[:MOST_COUNTED]))

    def with_newest_number(self):
        """With `newest`: the number of the newest thread that it lists, None in an empty space."""
        from forum.models import Thread

        newest = Thread.objects.listed().filter(space=OuterRef("pk")).order_by("-pk").values("pk")
        return self.annotate(newest=Subquery(newest[:1]))

    def for_reader(self, member):
        """Spaces a reader may see; for somebody signed in with `my_follow`: "following", "muted" or None."""
        spaces = self.visible_to(member)
        if not member.is_authenticated:
            return spaces
        return spaces.annotate(
            mine=FilteredRelation("follows", condition=Q(follows__member=member)), my_follow=F("mine__follow")
        )

    def for_pages(self, visibility: str):
        """Where pages are talked about: the spaces kept for it first, then the others of that visibility in order."""
        return self.filter(visibility=visibility).order_by("-for_pages", "order", "name")

    def startable_by(self, member):
        """Spaces `member` may start a thread in. Twin of `permissions.can_start`."""
        if not member.is_authenticated or not member.is_taking_part():
            return self.none()
        spaces = self.visible_to(member)
        return spaces if member.is_moderator else spaces.filter(may_start="readers")
