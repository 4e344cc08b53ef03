"""The desk's addresses, below /admin/events/."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from events.views.admin import bookings, changes, desk, figures, mails, needs, places, programme, slides, stories


class ForOrganisers(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("events.organise")


class ForAccessLead(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("events.read_needs")


class EventDeskViewSet(ViewSet):
    """Every screen of the desk; who may call each is said at its view."""

    name = "event_desk"
    url_prefix = "events"
    icon = "date"
    menu_label = "Programme, places, bookings"
    menu_item_class = ForOrganisers

    def get_urlpatterns(self):
        return [
            path("", desk.event_list, name="index"),
            path("needs/", needs.needs_list, name="needs-list"),
            path("access-leads/", needs.leads, name="leads"),
            path("<int:event>/", desk.event_desk, name="desk"),
            path("<int:event>/programme/", programme.programme, name="programme"),
            path("<int:event>/programme/move/", programme.move, name="programme-move"),
            path("<int:event>/programme/tracks/<int:pk>/", programme.track, name="track"),
            path("<int:event>/programme/sessions/new/", programme.session, name="session-new"),
            path("<int:event>/programme/sessions/<int:pk>/", programme.session, name="session"),
            path("<int:event>/programme/sessions/<int:pk>/delete/", programme.delete_session, name="session-delete"),
            path("<int:event>/questions/", programme.questions, name="questions"),
            path("<int:event>/questions/<int:pk>/", programme.questions, name="question"),
            path("<int:event>/places/", places.places, name="places"),
            path("<int:event>/places/allocations/<int:pk>/release/", places.release, name="release"),
            path("<int:event>/call-off/", places.call_off, name="call-off"),
            path("<int:event>/bookings/", bookings.bookings, name="bookings"),
            path("<int:event>/bookings/new/", bookings.book_on_behalf, name="book"),
            path("<int:event>/bookings/<int:pk>/", bookings.booking, name="booking"),
            path("<int:event>/mails/", mails.mails, name="mails"),
            path("<int:event>/mails/new/", mails.write, name="mail"),
            path("<int:event>/mails/<int:pk>/take-back/", mails.take_back, name="take-back"),
            path("<int:event>/slides/", slides.slides, name="slides"),
            path("<int:event>/slides/new/", slides.slides_send, name="slides-send"),
            path("<int:event>/slides/chase/", slides.slides_chase, name="slides-chase"),
            path("<int:event>/slides/stories/", stories.stories, name="stories"),
            path("<int:event>/slides/asks/<int:pk>/", slides.slides_ask, name="slides-ask"),
            path("<int:event>/slides/<int:pk>/", slides.slides_file, name="slides-file"),
            path("<int:event>/changes/", changes.changes, name="changes"),
            path("<int:event>/figures/", figures.figures, name="figures"),
            path("<int:event>/clone/", figures.clone, name="clone"),
            path("<int:event>/needs/", needs.needs, name="needs"),
        ]


class _OnlyAnEntry(ViewSet):
    """An entry of the menu whose page the desk has."""

    page = ""

    @cached_property
    def menu_url(self):
        return reverse(f"event_desk:{self.page}")


class NeedsViewSet(_OnlyAnEntry):
    name = "event_needs"
    page = "needs-list"
    icon = "clipboard-list"
    menu_label = "What people need"
    menu_item_class = ForAccessLead


class AccessLeadsViewSet(_OnlyAnEntry):
    name = "event_access_leads"
    page = "leads"
    icon = "key"
    menu_label = "Access leads"
    menu_item_class = ForOrganisers
