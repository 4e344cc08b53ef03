"""Events in Wagtail's admin: the menu, the ways from a page to its desk, what the log says, what follows a save."""

from collections import defaultdict

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import get_text_list
from wagtail import hooks
from wagtail.admin import messages as admin_messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from core.quoting import quoted
from events.actions import deleting, speakers
from events.models.programme import Speaker
from events.pages.event import EventPage
from events.querysets import session_desk
from events.viewsets import EventsGroup
from events.words import how_many

register_snippet(EventsGroup)

DESK = "Programme, places, bookings"
LOGGED = {
    "events.programme": ("Change the programme", "Changed the programme: {what}"),
    "events.question": ("Change what bookers are asked", "Changed what bookers are asked: {what}"),
    "events.clone": ("Copy an event", "Made of “{of}”"),
    "events.allocate": ("Keep places", "Kept {places} places for {organisation} until {until}"),
    "events.release": ("Release places", "Released {places} places kept for {organisation}"),
    "events.set_capacity": ("Change the places", "Changed the places from {was} to {is}: {why}"),
    "events.set_session_capacity": (
        "Change the places of a session",
        "Changed the places of “{session}” from {was} to {is}",
    ),
    "events.move_in_line": ("Move in the line", "Moved somebody in the line to be {to}: {why}"),
    "events.give_up": ("Give a place up", "Gave somebody’s place up: {why}"),
    "events.switch": ("Switch", "Switched somebody to another way of coming: {why}"),
    "events.call_off": ("Call off", "Called it off: {why}"),
    "events.call_on": ("Call on again", "Said that it takes place after all: {why}"),
    "events.erase_needs": ("Erase needs", "Erased what people needed: {count}"),
    "events.erase_names": ("Erase names", "Erased the names of {erased}"),
    "events.let_in": ("Let somebody in at the door", "Let somebody in at the door: {why}"),
    "events.action": ("Add to the report’s actions", "Added to what is done: {what}"),
    "events.action_done": ("Tick an action off", "Ticked off: {what}"),
    "events.action_not_done": ("Take a tick back", "Not done after all: {what}"),
    "events.action_dropped": ("Take an action away", "Took off what is done: {what}"),
    "events.certificate_revoked": ("Revoke a certificate", "Revoked the certificate {code}: {why}"),
    "events.certificate_restored": ("Restore a certificate", "Restored the certificate {code}"),
    "events.joining_counts": ("Count who joins online", "Changed whether joining online counts as coming"),
    "events.door_helper": ("Name a helper at the door", "Changed who helps at the door"),
    "events.make_vote_set": ("Make a set of questions", "Made the set"),
    "events.draft_vote": ("Make a vote", "Made the vote"),
    "events.open_vote": ("Open a vote", "Opened the vote"),
    "events.close_vote": ("Close a vote", "Closed the vote"),
    "events.enter_paper_votes": ("Enter votes on paper", "Entered {counted} votes on paper"),
    "events.bulk_mail": ("Write to many", "Wrote “{subject}” to {count}"),
    "events.bulk_mail_taken_back": ("Take a mail back", "Took “{subject}” back"),
    "events.material_sent": ("Send a file", "Sent “{what}”"),
    "events.material_replaced": ("Replace a file", "Replaced “{what}”"),
    "events.material_taken_back": ("Take a file back", "Took back “{what}”"),
    "events.material_settled": ("Settle who gets a file", "Changed who gets “{what}”, or when"),
    "events.story_joined": ("Join a story and a talk", "Joined “{story}” and “{talk}”"),
    "events.story_parted": ("Part a story and a talk", "Parted “{story}” and “{talk}”"),
    "events.ask_for_slides": ("Ask for slides", "Asked for slides of {count} talks, by {until}"),
    "events.chase_for_slides": ("Chase slides", "Chased the slides of {who}"),
    "events.new_slides_link": ("Give a new link for slides", "Gave {who} a new link for slides"),
    "events.stop_asking_for_slides": ("Stop asking for slides", "Stopped asking {who} for slides"),
    "events.name_access_lead": ("Name an access lead", "Named as access lead"),
    "events.end_access_lead": ("End an access lead", "Is access lead no more"),
}

ERASED = ("booking", "question", "certificate")  # of which names are erased, as `data` counts them: "bookings" …


class Said(LogFormatter):
    """What the history says: what was done, with its words."""

    def format_message(self, log_entry):
        said = defaultdict(str, log_entry.data or {})
        many = [how_many(said[f"{one}s"], one, f"{one}s") for one in ERASED if said[f"{one}s"]]
        return self.message.format_map(said | {"erased": get_text_list(many, "and")}).removesuffix(": ")


@hooks.register("register_log_actions")
def register_log_actions(registry):
    for name, (label, message) in LOGGED.items():
        registry.register_action(name)(type("Said", (Said,), {"label": label, "message": message}))


def _desk_button(page, user):
    if isinstance(page.specific_deferred, EventPage) and user.has_perm("events.organise"):
        yield Button(DESK, url=reverse("event_desk:desk", args=[page.pk]), icon_name="date", priority=5)


@hooks.register("register_page_header_buttons")
def desk_from_the_editor(page, user, view_name, next_url=None):
    yield from _desk_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def desk_from_the_list(page, user, next_url=None):
    yield from _desk_button(page, user)


@hooks.register("after_publish_page")
def then_to_the_desk(request, page):
    """A page alone lets nobody book: what is still to be set stands on the desk."""
    if not isinstance(page, EventPage) or not page.live or not request.user.has_perm("events.organise"):
        return
    if page.places.filter(capacity__gt=0).exists():
        way, room, said = "To its desk", "desk", f"Programme, places and bookings of {quoted(page.title)} have a desk."
    else:
        way, room = "Set places and open booking", "places"
        said = "Nobody can book before you say how many places there are."
    button = admin_messages.button(reverse(f"event_desk:{room}", args=[page.pk]), way)
    admin_messages.info(request, said, buttons=[button])
    if left := session_desk.outside(page):
        button = admin_messages.button(reverse("event_desk:programme", args=[page.pk]), "To its programme")
        admin_messages.warning(request, f"{left} You move them in its programme.", buttons=[button])


@hooks.register("before_delete_page")
def booked_events_stay(request, page):
    return _refused(request, [page])


@hooks.register("before_bulk_action")
def booked_events_stay_among_many(request, action_type, objects, action_class_instance):
    """All or nothing: one that stays stops the whole lot, and is named."""
    if action_type != "delete" or request.method != "POST":
        return None
    return _refused(request, [one for one in objects if isinstance(one, Page)])


def _refused(request, pages):
    """The way back, with the reason, when one of these is never deleted."""
    try:
        deleting.refuse_to_delete(pages)
    except deleting.Kept as refused:
        messages.error(request, str(refused))
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")
    return None


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def speaker_changed(request, instance):
    if isinstance(instance, Speaker):
        speakers.saved(instance)


@hooks.register("before_delete_snippet")
def speakers_of_a_programme_stay(request, instances):
    try:
        speakers.refuse_to_delete(*(one for one in instances if isinstance(one, Speaker)))
    except speakers.SpeaksSomewhere as refused:
        messages.error(request, str(refused))
        return redirect("wagtailsnippets_events_speaker:list")
    return None


@hooks.register("after_delete_snippet")
def speakers_deleted(request, instances):
    speakers.deleted(*(one for one in instances if isinstance(one, Speaker)))
