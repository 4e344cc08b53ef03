"""The horizon in Wagtail's admin: what its log says, and what follows a deletion."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages as admin_messages
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from horizon.actions import developments
from horizon.briefings import HIDDEN
from horizon.models import BriefingPage, Development
from horizon.querysets.briefings import is_about_something_hidden
from horizon.viewsets import HorizonGroup

register_snippet(HorizonGroup)

LOGGED = {
    "horizon.move": ("Move a date", "Moved “{what}” from {was} to {became}"),
    "horizon.gone": ("Delete a date", "Deleted “{what}”, which was to be on {was}"),
    "horizon.stage": ("Change the stage", "Came to “{stage}”"),
    "horizon.send_signal": ("Send a signal", "Sent it"),
    "horizon.signal_taken": ("Look into a signal", "Looks into it"),
    "horizon.signal_decided": ("Decide on a signal", "Decided: {state}"),
    "horizon.task_done": ("Tick a task", "Ticked “{task}”"),
    "horizon.task_not_done": ("Untick a task", "Took the tick off “{task}”"),
}


class Said(LogFormatter):
    """What the history says: what was done, with the dates and words of it."""

    def format_message(self, log_entry):
        blank = {"what": "", "was": "", "became": "", "stage": "", "state": "", "task": ""}
        return self.message.format_map(blank | (log_entry.data or {}))


@hooks.register("register_log_actions")
def register_log_actions(actions):
    for name, (label, message) in LOGGED.items():
        actions.register_action(name)(type("Said", (Said,), {"label": label, "message": message}))


@hooks.register("after_publish_page")
def say_what_hides_a_briefing(request, page):
    """Whoever publishes about what readers don't see learns why it is not on the Horizon, and where to change that."""
    if not isinstance(page, BriefingPage) or not is_about_something_hidden(page):
        return
    address = reverse("wagtailsnippets_horizon_development:edit", args=[page.development_id])
    there = admin_messages.button(address, "Open the development")
    admin_messages.warning(request, f"“{page.title}”: {HIDDEN}", buttons=[there])


@hooks.register("before_delete_snippet")
def developments_in_use_stay(request, instances):
    """One that a briefing explains, or that came from a signal, is never deleted."""
    try:
        developments.refuse_to_delete(*(one for one in instances if isinstance(one, Development)))
    except developments.InUse as refused:
        messages.error(request, str(refused))
        return redirect("wagtailsnippets_horizon_development:list")
    return None


@hooks.register("after_delete_snippet")
def development_deleted(request, instances):
    developments.deleted(*(one for one in instances if isinstance(one, Development)))
