"""Questions of the audience: sending and wanting them, and the chair's view for the stage."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from core import caching, ratelimits
from events import handing_on
from events.actions import asking as acts
from events.forms.votes import AskForm, DecideForm
from events.marks import audience_mark
from events.permissions import can_chair, can_organise
from events.querysets import audience as reads
from events.querysets.events import address_of
from events.views import marking
from events.views.finding import event_or_404
from members.access import public, signed_in, signed_out_with_words, writes
from members.actions.refusals import NotAllowed

TOO_OFTEN = (
    "You have sent many questions in a short time, so this one is not sent yet. What you typed is still here: "
    "try again in a few minutes."
)
NO_COOKIE = "Your browser had not told us apart from others yet, so this was not counted. Press the button again now."
SENT = "Thank you. Your question is in the queue; below you see what becomes of it."
AS_MEMBER = "as_member"  # a form opened by a member: signed out meanwhile, they are not made a guest without a word
HELD = "Thank you. The chair reads your question first; below you see what becomes of it."


def session_or_404(request, event: int, session: int):
    """A session, for who may see its event."""
    page = event_or_404(request.user, event)
    found = reads.session_with_questions(page.pk, session)
    if not found:
        raise Http404
    found.event = page
    return found


@public
def questions(request, event: int, session: int):
    """The questions to one session: what others ask, most wanted first; one's own; and a form for one more."""
    if AS_MEMBER in request.POST and (said := signed_out_with_words(request)):
        return said
    talk = session_or_404(request, event, session)
    now = timezone.now()
    taking = acts.takes_questions(talk, now=now)
    if request.method == "POST":
        return _ask(request, talk)
    form = AskForm(member=request.user.is_authenticated) if taking else None
    return _page(request, talk, form)


def _page(request, talk, form: AskForm | None, status: int = 200):
    voter = marking.voter_of(request)
    found = reads.page_now(talk.pk)
    if not talk.takes_questions and not found.count and not can_chair(request.user, talk.pk):
        raise Http404
    context = {
        "talk": talk, "event": talk.event, "event_url": address_of(talk.event), "form": form, "found": found,
        "mine": reads.mine_of(talk.pk, [audience_mark(talk.pk, voter)] if voter else []),
        "taking": acts.takes_questions(talk, now=timezone.now()), "chairs": can_chair(request.user, talk.pk),
        "member": request.user.is_authenticated,
    }  # fmt: skip
    return marking.give(request, render(request, "events/questions.html", context, status=status))


def _ask(request, talk):
    """One question sent: kept, or the page again with what was wrong and what was typed."""
    form = AskForm(request.POST, member=request.user.is_authenticated)
    voter = marking.voter_of(request)
    if form.is_valid() and not voter:
        form.add_error(None, NO_COOKIE)
    if not form.is_valid():
        return _page(request, talk, form, status=400)
    try:
        ratelimits.check("audience_question", request, about=f"{talk.pk}:{voter}")
        ratelimits.check("audience_questions", request)
        by = request.user if request.user.is_authenticated else None
        asked = acts.ask(session=talk, voter=voter, by=by, **form.cleaned_data)
    except ratelimits.TooOften:
        form.add_error(None, TOO_OFTEN)
        return _page(request, talk, form, status=429)
    except acts.NotTakingQuestions as refused:
        form.add_error(None, str(refused))
        return _page(request, talk, form, status=409)
    messages.success(request, SENT if asked.is_shown() else HELD)
    return redirect(f"{request.path}#mine")


@public
@require_safe
def questions_now(request, event: int, session: int):
    """The list alone, for tabs that look again every few seconds. It is the same for all, without buttons."""
    talk = session_or_404(request, event, session)
    version = "".join(caching.versions_of([f"questions:{talk.pk}"]).values())
    response = HttpResponse(str(reads.page_of(talk.pk).count), content_type="text/plain; charset=utf-8")
    response.headers["ETag"], response.headers["Cache-Control"] = f'"{version}"', "private, no-cache"
    return get_conditional_response(request, etag=f'"{version}"', response=response)


@public
@require_POST
def question_want(request, event: int, session: int, pk: int):
    """Want a question asked too."""
    talk = session_or_404(request, event, session)
    question, voter = reads.question_of(talk.pk, pk), marking.voter_of(request)
    if question is None or not (question.is_shown() or question.into_id):
        raise Http404
    question.session = talk
    back = f"{reverse('events:questions', args=[talk.event_id, talk.pk])}#question-{question.into_id or question.pk}"
    try:
        ratelimits.check("vote", request)
        if voter:
            acts.want(question=question, voter=voter)
        else:
            messages.warning(request, NO_COOKIE)
    except ratelimits.TooOften:
        messages.warning(request, "That was a lot in a short time. Wait a minute, then press again.")
    except acts.NotTakingQuestions as refused:
        messages.warning(request, str(refused))
    return marking.give(request, redirect(back))


# --- The chair ------------------------------------------------------------------------------------------


def chaired_or_403(request, event: int, session: int):
    talk = session_or_404(request, event, session)
    if not can_chair(request.user, talk.pk):
        raise PermissionDenied
    return talk


@signed_in
@require_safe
def questions_stage(request, event: int, session: int):
    """For the chair: to be read first, the queue in large type, and what was decided."""
    talk = chaired_or_403(request, event, session)
    hands_on = handing_on.forum() is not None and can_organise(request.user)
    context = {"talk": talk, "event": talk.event, "event_url": address_of(talk.event), "hands_on": hands_on}
    return render(request, "events/questions_stage.html", context | reads.for_chair(talk.pk))


@require_POST
@writes
def question_decide(request, event: int, session: int, pk: int):
    """What the chair makes of one question; whoever was first has decided."""
    talk = chaired_or_403(request, event, session)
    question = reads.question_of(talk.pk, pk)
    if question is None:
        raise Http404
    form = DecideForm(request.POST, session=talk.pk)
    if form.is_valid():
        _carry_out(request, talk, question, form.cleaned_data)
    else:
        messages.warning(request, " ".join(map(str, form.non_field_errors())) or "That was not understood. Try again.")
    return redirect("events:questions-stage", event=talk.event_id, session=talk.pk)


def _carry_out(request, talk, question, said: dict) -> None:
    verb, by = said["verb"], request.user
    try:
        if verb == "decline":
            acts.decline(question=question, reason=said["reason"], by=by)
        elif verb == "group":
            acts.group(question=question, into=said["into"], by=by)
        elif verb == "hand_on":
            acts.hand_on(session=talk, questions=[question], by=by)
        else:
            getattr(acts, verb)(question=question, by=by)
    except (acts.Decided, acts.NoForum, NotAllowed, ValueError) as refused:
        messages.warning(request, str(refused))


@require_POST
@signed_in
def questions_hand_on(request, event: int, session: int):
    """All that still wait go to the forum; the speakers hear once."""
    talk = chaired_or_403(request, event, session)
    try:
        done = acts.hand_on(session=talk, questions=reads.waiting_in(talk.pk), by=request.user)
        messages.success(request, f"{len(done)} now in the forum. The speakers are told.")
    except (acts.NoForum, NotAllowed) as refused:
        messages.warning(request, str(refused))
    return redirect("events:questions-stage", event=talk.event_id, session=talk.pk)
