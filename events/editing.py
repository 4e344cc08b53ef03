"""The editor's form of an event: a wrong year is asked about before it ends an event that people are booked at."""

from typing import Any

from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm

from events.querysets.desk import active_count


class EventForm(WagtailAdminPageForm):
    """Refuses days that would end an event people are booked at, and days at which nobody could book."""

    def _post_clean(self):
        """After the page’s own checks, which would compare with the old day were the new one refused before."""
        super()._post_clean()
        data, now = self.cleaned_data, timezone.now()
        for name, words in {**self._over_for(data, now=now), **self._shut(data, now=now)}.items():
            if name in self.fields and not self.has_error(name):
                self.add_error(name, words)

    def _over_for(self, data: dict[str, Any], *, now) -> dict[str, str]:
        """What would be over for people who are booked, and was not: field → plain words."""
        known = self._known()
        many = active_count(self.instance) if known and known.ends_at > now else 0
        if not many:
            return {}
        booked = "1 person is booked" if many == 1 else f"{many:,} people are booked"
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and known.starts_at > now and _is_past(starts, now=now):
            return {"starts_at": f"This day is past, and {booked}. Look at the year."}
        if ends and ends <= now:
            return {"ends_at": f"It would be over already, and {booked}."}
        return {}

    def _known(self):
        """When it is, as people were told last: the first publishing tells them. None before it is kept."""
        if not self.instance.pk:
            return None
        found = type(self.instance).objects.select_related("as_told").get(pk=self.instance.pk)
        return getattr(found, "as_told", None) or found

    def _shut(self, data: dict[str, Any], *, now) -> dict[str, str]:
        """What is wrong with the days of booking: field → plain words."""
        starts, ends = data.get("starts_at"), data.get("ends_at")
        opens, closes = data.get("book_opens_at"), data.get("book_closes_at")
        wrong = {}
        if opens and starts and ends and not closes and starts <= opens < ends:
            wrong["book_opens_at"] = "Booking would never open: it closes when the event starts."
        if closes and ends and closes > ends:
            wrong["book_closes_at"] = "Booking has to close before the event is over."
        elif closes and ends and "book_closes_at" in self.changed_data and _is_past(closes, now=now) and ends > now:
            wrong["book_closes_at"] = "This day is past. To close booking now, choose today."
        return wrong


def _is_past(moment, *, now) -> bool:
    """Whether its day is before today."""
    return timezone.localdate(moment) < timezone.localdate(now)
