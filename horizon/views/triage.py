"""A signal in the admin: what a member saw, and what the core team makes of it."""

from collections.abc import Callable

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from horizon.actions import triage
from horizon.forms.triage import AddToForm, DeclineForm
from horizon.models import Signal
from members.access import requires


@requires("horizon.keep")
def signal(request, pk: int):
    """One signal; its verbs are posted here by name, and whoever was first has decided."""
    found = get_object_or_404(Signal.objects.visible_to(request.user).for_triage(), pk=pk)
    forms = {"decline": DeclineForm(prefix="decline"), "add_to": AddToForm(prefix="add_to")}
    verb = request.POST.get("verb", "")
    if request.method == "POST" and verb in VERBS:
        if verb in forms:
            forms[verb] = type(forms[verb])(request.POST, prefix=verb)
        if verb not in forms or forms[verb].is_valid():
            return _decide(request, found, verb, getattr(forms.get(verb), "cleaned_data", {}))
    make_url = f"{reverse('wagtailsnippets_horizon_development:add')}?signal={found.pk}"
    context = {"signal": found, "forms": forms, "make_url": make_url, "list_url": reverse("signal:index")}
    return render(request, "horizon/admin/signal.html", context)


def _decide(request, found: Signal, verb: str, said: dict):
    act, words = VERBS[verb]
    try:
        act(by=request.user, signal=found, **said)
    except triage.Decided as refused:
        messages.warning(request, f"{refused} What you chose was not done.")
        return redirect(request.path)
    messages.success(request, words)
    return redirect(request.path if verb == "take" else "signal:index")


VERBS: dict[str, tuple[Callable[..., Signal], str]] = {
    "take": (triage.take, "You are looking into it. The sender sees that somebody is."),
    "add_to": (triage.add_to, "It belongs to that development now. The sender is told."),
    "decline": (triage.decline, "It is not taken further. The sender reads why."),
}
