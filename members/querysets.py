"""Every reusable read of members and organisations."""

from django.db import models
from django.db.models import Q
from django.utils.text import slugify


class OrganisationQuerySet(models.QuerySet):
    def listed(self):
        """Those the directory shows: partners, observers and replaced bodies."""
        return self.filter(status__in=self.model.LISTED)

    def joinable(self):
        """Those people may sign up to. Twin of `is_joinable()`."""
        return self.filter(status__in=self.model.JOINABLE)

    def visible_to(self, member):
        """The directory is public; bodies that applied or left are the core team's to see."""
        if member.is_authenticated and member.is_core_team:
            return self
        return self.listed()


class MemberQuerySet(models.QuerySet):
    def taking_part(self):
        """Vouched for and not shut out. Twin of `is_taking_part()`."""
        return self.filter(is_active=True, standing=self.model.Standing.VOUCHED)

    def waiting(self):
        """Confirmed their address, and wait for the core team to vouch for their employer."""
        return self.filter(is_active=True, standing=self.model.Standing.WAITING)

    def visible_to(self, member):
        """Members whose page `member` may open."""
        if not member.is_authenticated:
            return self.taking_part().filter(show_name="everyone")
        if member.is_core_team:
            return self
        if member.is_taking_part():
            return self.filter(Q(pk=member.pk) | Q(is_active=True, standing=self.model.Standing.VOUCHED))
        return self.filter(Q(pk=member.pk) | Q(is_active=True, standing="vouched", show_name="everyone"))

    def with_organisation(self):
        return self.select_related("organisation__sector")

    def free_handle(self, name: str) -> str:
        """A handle made from a name that nobody has or ever had: “Priya Nair” → “priya-nair”, then “priya-nair-2”."""
        from members.models import RetiredHandle

        base = slugify(name)[:34].strip("-") or "member"
        handle, count = base, 1
        while self.filter(handle=handle).exists() or RetiredHandle.objects.filter(handle=handle).exists():
            count += 1
            handle = f"{base}-{count}"
        return handle
