"""Slides of an event: who is asked, who is late, what is there, and what the team does about it."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from core.quoting import quoted
from events.actions import chasing, materials
from events.forms.admin_slides import AskForm, ChaseForm, DayForm, SendForm, TermsForm
from events.models.material import Material, MaterialAsk
from events.pages.event import EventPage
from events.querysets import material_asks
from events.querysets import materials as reads
from events.views.admin.desk import ORGANISE, event_or_404, room
from members.access import requires


@requires(ORGANISE)
def slides(request, event: int):
    """Everything about files of an event; a form asks everybody who was not asked yet."""
    found = event_or_404(event)
    form = AskForm(request.POST or None, event=found)
    if form.is_valid():
        asked, refused = chasing.ask_all(event=found, by=request.user, **form.cleaned_data)
        for words in refused:
            messages.warning(request, words)
        if asked:
            messages.success(request, f"{len(asked)} asked: {_names(asked)}.")
        elif not refused:
            messages.info(request, "Nobody is left to ask: all were asked, or have sent theirs.")
        return redirect("event_desk:slides", found.pk)
    late = {one.pk for one in material_asks.late(found, timezone.now())}
    asks = list(material_asks.asks_of(found))
    waiting = {one.pk for one in material_asks.asks_of(found).unanswered()}
    rows = [(one, one.pk in late, one.pk in waiting) for one in asks]
    now = timezone.now()
    files = [(one, one.is_out(now=now)) for one in reads.desk_rows(found)]
    context = {
        "form": form, "asks": rows, "waiting_count": len(waiting), "unasked": material_asks.unasked(found),
        "files": files,
    }  # fmt: skip
    return room(request, "slides", found, "slides", downloads=reads.downloads_of(found), **context)


def _names(asks: list[MaterialAsk]) -> str:
    return ", ".join(dict.fromkeys(one.speaker.name for one in asks))


@requires(ORGANISE)
def slides_chase(request, event: int):
    """Who would be reminded, of those ticked or of all who have sent nothing (GET); remind them (POST)."""
    found = event_or_404(event)
    form = ChaseForm(request.POST or request.GET)
    ticked = form.ticked()
    if request.method == "POST":
        _say_chased(request, chasing.chase_now(event=found, asks=ticked or [], by=request.user))
        return redirect("event_desk:slides", found.pk)
    if not ticked and not form.everybody():
        messages.error(request, "Tick who should be reminded.")
        return redirect("event_desk:slides", found.pk)
    chased = chasing.to_chase_now(event=found, asks=None if form.everybody() else ticked)
    return room(request, "slides_chase", found, "slides", chased=chased, unasked=len(material_asks.unasked(found)))


def _say_chased(request, chased: chasing.Chased) -> None:
    if chased.asks:
        messages.success(request, f"A reminder goes to {_names(list(chased.asks))}.")
    for ask, why in chased.left_out:
        messages.warning(request, f"Not to {ask.speaker.name}, who {why}: {quoted(ask.session.title)}.")
    if not chased.asks and not chased.left_out:
        messages.info(request, "Nobody was left to remind.")


@requires(ORGANISE)
def slides_ask(request, event: int, pk: int):
    """A new link for a speaker, another day, or ask no more (POST)."""
    found = event_or_404(event)
    ask = material_asks.ask_by_pk(pk)
    if ask is None or ask.session.event_id != found.pk:
        raise Http404
    if request.method == "POST" and request.POST.get("verb") == "day":
        _change_day(request, ask)
    elif request.method == "POST" and (verb := ASKS.get(request.POST.get("verb", ""))):
        act, words = verb
        try:
            act(ask=ask, by=request.user)
            messages.success(request, words.format(name=ask.speaker.name))
        except chasing.AskedNoMore as stopped:
            messages.error(request, str(stopped))
    return redirect("event_desk:slides", found.pk)


def _change_day(request, ask: MaterialAsk) -> None:
    form = DayForm(request.POST, event=ask.session.event)
    if not form.is_valid():
        for words in form.errors["due_on"]:
            messages.error(request, str(words))
        return
    try:
        if chasing.change_day(asked=ask, by=request.user, **form.cleaned_data):
            ask.refresh_from_db(fields=["due_on", "told_due_on"])
            known = "has the day again that they were told of. No letter goes."
            words = known if ask.day_is_known() else "has another day now, and is told of it once."
            messages.success(request, f"{ask.speaker.name} {words}")
        else:
            messages.info(request, f"{ask.speaker.name} has this day already. Nothing changed.")
    except (chasing.NobodyToAsk, chasing.AskedNoMore) as refused:
        messages.error(request, str(refused))


ANEW = "{name} is asked anew. An old link opens nothing any more."
ASKS: dict[str, tuple[Callable, str]] = {
    "new_link": (chasing.new_link, ANEW),
    "again": (partial(chasing.new_link, again=True), ANEW),
    "stop": (chasing.stop, "{name} is not asked any more, and the link opens nothing."),
}


@requires(ORGANISE)
def slides_send(request, event: int):
    """Send a file on behalf of a speaker, or of the whole event."""
    found = event_or_404(event)
    form = SendForm(request.POST or None, request.FILES or None, event=found)
    if form.is_valid():
        try:
            sent = materials.send(event=found, by=request.user, **form.what())
            messages.success(request, f"“{sent.title}” is there.")
            return redirect("event_desk:slides", found.pk)
        except materials.NotTaken as refused:
            form.add_error("file", str(refused))
    return room(request, "slides_form", found, "slides", form=form, title="Send a file", button="Send it")


@requires(ORGANISE)
def slides_file(request, event: int, pk: int):
    """Who gets a file and when; release it now, or take it back, by the verb of a button."""
    found = event_or_404(event)
    material = _material_or_404(found, pk)
    verb = request.POST.get("verb", "")
    if request.method == "POST" and verb in {"now", "take_back"}:
        _at_once(request, material, verb)
        return redirect("event_desk:slides", found.pk)
    form = TermsForm(request.POST or None, initial=TermsForm.as_typed(material))
    if form.is_valid():
        materials.settle(material=material, terms=form.terms(), by=request.user)
        messages.success(request, f"“{material.title}” is settled.")
        return redirect("event_desk:slides", found.pk)
    return room(request, "slides_form", found, "slides", form=form, title=material.title, button="Save")


def _at_once(request, material: Material, verb: str) -> None:
    if verb == "now":
        terms = materials.Terms(licence=material.licence, audience=material.audience, release=Material.Release.NOW)
        materials.settle(material=material, terms=terms, by=request.user)
        messages.success(request, f"“{material.title}” can be had from now on.")
    else:
        materials.take_back(material=material, by=request.user)
        messages.success(request, f"“{material.title}” is taken back. Its files are deleted.")


def _material_or_404(event: EventPage, pk: int) -> Material:
    found = next((one for one in reads.desk_rows(event) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found
