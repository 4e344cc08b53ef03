"""Events in Wagtail's admin: one entry in the menu, with the desk, the speakers and who reads needs."""

from wagtail.snippets.views.snippets import SnippetViewSetGroup

from events.viewsets.desk import AccessLeadsViewSet, EventDeskViewSet, NeedsViewSet
from events.viewsets.speakers import SpeakerViewSet


class EventsGroup(SnippetViewSetGroup):
    menu_label = "Events"
    menu_icon = "date"
    menu_order = 212
    menu_name = "events"
    items = (EventDeskViewSet, SpeakerViewSet, NeedsViewSet, AccessLeadsViewSet)


__all__ = ["EventsGroup"]
