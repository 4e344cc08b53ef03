from django.db import transaction

from core import caching, live
from forum.models import Space
from members.models import Member

AT_ONCE = 1000  # members in one hint


def changed(space: Space) -> None:
    """A space was edited: kept pages are made anew, and its readers' open tabs are asked again what they may see."""
    with transaction.atomic():
        caching.touch("forum", *(f"thread:{pk}" for pk in space.threads.values_list("pk", flat=True)))
        readers = list(Member.objects.filter(readings__thread__space=space).distinct().values_list("pk", flat=True))
        for start in range(0, len(readers), AT_ONCE):
            live.access_changed(*readers[start : start + AT_ONCE])
