# Every room adds its models to this list, so that Django finds them.
from events.models import (
    after,
    audience,
    booking,
    bulk_mail,
    calling,
    checkin,
    guest,
    material,
    places,
    programme,
    told,
    vote,
)
from events.pages import event, index, scenario

__all__ = [
    "after",
    "audience",
    "booking",
    "bulk_mail",
    "calling",
    "checkin",
    "event",
    "guest",
    "index",
    "material",
    "places",
    "programme",
    "scenario",
    "told",
    "vote",
]
