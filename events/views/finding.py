"""The event at an address."""

from django.http import Http404

from events.querysets.events import event_for


def event_or_404(viewer, pk: int):
    """The event with this number, with its `address`, if `viewer` may see it. Raises Http404."""
    found = event_for(viewer, pk)
    if found is None:
        raise Http404
    return found
