"""Drawing up the programme: tracks, sessions with their clashes, and questions for those who book."""

import re

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from events import times
from events.actions import programme as acts
from events.actions.refusals import Overfull
from events.forms.admin_programme import QuestionForm, SessionForm, TrackForm
from events.models.booking import BookingQuestion
from events.models.programme import Session, Track
from events.querysets import desk, session_desk
from events.views.admin.desk import ORGANISE, event_or_404, room
from events.words import how_many
from members.access import requires

DAYS = re.compile(r"-?[0-9]{1,5}")


@requires(ORGANISE)
def programme(request, event: int):
    """The whole programme, what clashes in it, and its tracks; a posted name makes a track."""
    found = event_or_404(event)
    form = TrackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.save_track(event=found, by=request.user, **form.cleaned_data)
            messages.success(request, f"The track “{form.cleaned_data['name']}” is there.")
            return redirect("event_desk:programme", found.pk)
        except acts.InUse as refused:
            form.add_error("name", str(refused))
    sessions = list(desk.programme(found))
    clashes = [*desk.clashes(sessions), *session_desk.doubled_at(found)]
    context = {
        "sessions": sessions, "clashes": clashes, "tracks": found.tracks.all(), "form": form,
        "outside": session_desk.outside(found), "span": times.span(found.starts_at, found.ends_at),
    }  # fmt: skip
    return room(request, "programme", found, "programme", **context)


@requires(ORGANISE)
def move(request, event: int):
    """Move every session by as many days as brings the programme back into its event (POST `days`)."""
    found = event_or_404(event)
    days = request.POST.get("days", "")
    moved = acts.move_programme(event=found, by=request.user, days=int(days) if DAYS.fullmatch(days) else 0)
    if moved:
        who = "Whoever chose one is told."
        messages.success(request, f"{how_many(moved, 'session is', 'sessions are')} on the new day. {who}")
    return redirect("event_desk:programme", found.pk)


@requires(ORGANISE)
def track(request, event: int, pk: int):
    """Another name for a track; or, with the verb "delete", none of it any more."""
    found = event_or_404(event)
    held = _of(found, Track, pk)
    form = TrackForm(request.POST or None, initial={"name": held.name})
    if request.method == "POST" and "delete" in request.POST:
        acts.delete_track(track=held, by=request.user)
        messages.success(request, f"“{held.name}” is deleted. Its sessions are for everybody now.")
        return redirect("event_desk:programme", found.pk)
    if form.is_valid():
        try:
            acts.save_track(event=found, track=held, by=request.user, **form.cleaned_data)
            return redirect("event_desk:programme", found.pk)
        except acts.InUse as refused:
            form.add_error("name", str(refused))
    context = {"form": form, "track": held, "title": held.name}
    return room(request, "track", found, "programme", **context)


@requires(ORGANISE)
def session(request, event: int, pk: int = 0):
    """A new session, or one to change; clashes are said before it is saved."""
    found = event_or_404(event)
    held = _of(found, Session, pk) if pk else None
    form = SessionForm(request.POST or None, event=found, session=held)
    if form.is_valid():
        try:
            saved = acts.save_session(event=found, by=request.user, session=held, **form.fields_of_session())
            messages.success(request, _said(saved))
            return redirect("event_desk:programme", found.pk)
        except Overfull as refused:
            form.add_error("capacity", str(refused))
    chose = session_desk.how_many_chose(held) if held else 0
    return room(request, "session_edit", found, "programme", form=form, session=held, chose=chose)


def _said(saved: acts.Saved) -> str:
    """What became of it: who is told, and who is at two sessions at once now."""
    one = saved.session
    words = f"“{one.title}” is in the programme."
    if not saved.told:
        return words
    told = session_desk.how_many_chose(one)
    _many, pairs = session_desk.doubled_by(one, starts_at=one.starts_at, ends_at=one.ends_at)
    at_once = f" At another session then, and asked to choose: {', '.join(pairs)}." if pairs else ""
    return f"{words} {how_many(told, 'person', 'people')} who chose it {'is' if told == 1 else 'are'} told.{at_once}"


@requires(ORGANISE)
def delete_session(request, event: int, pk: int):
    """Ask first, then take it out; where something hangs on it, say what."""
    found = event_or_404(event)
    held, refusal = _of(found, Session, pk), ""
    kept = session_desk.what_hangs_on(held)
    if request.method == "POST":
        try:
            acts.delete_session(session=held, by=request.user)
            messages.success(request, f"“{held.title}” is no longer in the programme.")
            return redirect("event_desk:programme", found.pk)
        except acts.InUse as refused:
            refusal = str(refused)
    return room(
        request, "session_delete", found, "programme", session=held, refusal=refusal, kept=kept,
        chose=session_desk.how_many_chose(held), over=held.is_over(now=timezone.now()),
    )  # fmt: skip


@requires(ORGANISE)
def questions(request, event: int, pk: int = 0):
    """What those who book are asked; a form for a new question, or for one to change."""
    found = event_or_404(event)
    held = _of(found, BookingQuestion, pk) if pk else None
    form = QuestionForm(request.POST or None, initial=_as_typed(held))
    if request.method == "POST":
        try:
            if held and "delete" in request.POST:
                acts.delete_question(question=held, by=request.user)
                return redirect("event_desk:questions", found.pk)
            if form.is_valid():
                acts.save_question(event=found, by=request.user, question=held, **form.cleaned_data)
                messages.success(request, "The question is saved.")
                return redirect("event_desk:questions", found.pk)
        except acts.InUse as refused:
            messages.error(request, str(refused))
    context = {"questions": desk.questions(found), "form": form, "question": held}
    return room(request, "questions", found, "questions", **context)


def _as_typed(question: BookingQuestion | None) -> dict:
    if question is None:
        return {}
    return {
        "words": question.words, "kind": question.kind, "options": "\n".join(question.options),
        "required": question.required,
    }  # fmt: skip


def _of(event, model, pk: int):
    """The row of this event with this number, or 404."""
    found = model.objects.filter(event=event, pk=pk).select_related("event").first()
    if found is None:
        raise Http404
    return found
