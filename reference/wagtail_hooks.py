"""Law and words in Wagtail's admin: what its log says, and what follows a saved form."""

from django.contrib import messages
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from core.sheets import Imported
from reference.actions import provisions, terms
from reference.models import Provision, Term
from reference.viewsets import LawAndWords

register_snippet(LawAndWords)


class MarkedChanged(LogFormatter):
    label = "Mark the law as changed"

    def format_message(self, log_entry):
        data = log_entry.data or {}
        what = f"{data.get('what', '')} ({data.get('items', 0)} to check)"
        said = f", as “{data['cause']}” says" if data.get("cause") else ""
        return f"Marked the law as changed on {data.get('on', '')}: {what}{said}"


class Confirmed(LogFormatter):
    label = "Still right"

    def format_message(self, log_entry):
        return f"Said that it is still right: {(log_entry.data or {}).get('target', '')}"


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("reference.mark_changed")(MarkedChanged)
    actions.register_action("reference.import")(Imported)
    actions.register_action("reference.confirm")(Confirmed)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def saved(request, instance):
    """Kept pages that show it are made anew; search finds its new topics and names."""
    if isinstance(instance, Provision):
        provisions.edited(instance)
    elif isinstance(instance, Term):
        terms.edited(instance)


@hooks.register("after_delete_snippet")
def deleted(request, instances):
    for one in instances:
        if isinstance(one, Provision):
            provisions.changed(one)
        elif isinstance(one, Term):
            terms.changed()


@hooks.register("before_delete_snippet")
def law_that_is_cited_stays(request, instances):
    """A provision that something cites is never deleted: say since when it is no longer in force instead."""
    cited = [one for one in instances if isinstance(one, Provision) and provisions.is_cited(one)]
    if cited:
        messages.error(
            request, f"{cited[0].title} can’t be deleted: something cites it. Say when it ended, or what replaced it."
        )
        return redirect("wagtailsnippets_reference_provision:list")
    return None
