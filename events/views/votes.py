"""Votes for who is in the room: the code, the question, the result; and the same question over the years."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from core import caching, ratelimits
from events.actions import voting as acts
from events.forms.votes import CastForm, CodeForm
from events.marks import results_key
from events.permissions import can_chair
from events.pictures import trend as trend_picture
from events.pictures.bars import Bars
from events.querysets import votes as reads
from events.querysets.events import address_of, event_for
from events.querysets.votes import Asked, Own, Sheet
from events.views import marking
from members.access import public

TOO_OFTEN = "Too many votes came from where you are in a short time. Yours is not counted yet: try again in a minute."
NO_COOKIE = "Your browser had not told us apart from others yet, so your vote is not counted. Choose again now."

COUNTED = "counted=1"  # of the page right after a vote: counts are kept for a moment, and may be from before it
STAND_IN = "the-token-of-whoever-reads-this"  # in a page that is kept, until it is given to somebody


@public
@require_safe
def vote_find(request):
    """Type the code that is on the screen."""
    if "code" not in request.GET:
        caching.depends_on(request, "site")
        return render(request, "events/vote_find.html", {"form": CodeForm()})
    form = CodeForm(request.GET)
    if form.is_valid():
        sheet = sheet_or_count(request, form.cleaned_data["code"])
        if isinstance(sheet, HttpResponse):
            return sheet
        if sheet is not None:
            return redirect("events:vote", code=sheet.code)
        form.add_error("code", "There is no vote with this code. Look at the screen again.")
    return render(request, "events/vote_find.html", {"form": form}, status=404)


@public
def vote(request, code: str):
    """One vote on a phone: what it promises, the question that is on, the result where it is for them."""
    sheet = found_or_404(request, code)
    if isinstance(sheet, HttpResponse):
        return sheet
    now = timezone.now()
    if request.method == "POST":
        return _cast(request, sheet, now=now)
    return _phone(request, sheet, now=now)


def _cast(request, sheet: Sheet, *, now: dt.datetime):
    """One vote sent: counted, or the page again with what was wrong."""
    number = request.POST.get("question", "")
    asked = sheet.asked(int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    form = CastForm(request.POST, asked=asked or sheet.question)
    voter = marking.voter_of(request)
    if form.is_valid() and asked is None:
        form.add_error(None, acts.NOT_YET)
    elif form.is_valid() and not voter:
        form.add_error(None, NO_COOKIE)
    if not form.is_valid():
        return _phone(request, sheet, now=now, form=form, status=400)
    try:
        ratelimits.check("vote", request)
        acts.cast(vote=sheet, question=asked.pk, option=form.cleaned_data["option"], voter=voter, now=now)
    except ratelimits.TooOften:
        form.add_error(None, TOO_OFTEN)
        return _phone(request, sheet, now=now, form=form, status=429)
    except acts.AlreadyVoted:
        pass  # the page says that they have voted: whoever pressed twice sees what they expect
    except acts.NotTaking as refused:
        form.add_error(None, str(refused))
        return _phone(request, sheet, now=now, form=form, status=409)
    return redirect(f"{reverse('events:vote', args=[sheet.code])}?{COUNTED}")


def _phone(request, sheet: Sheet, *, now: dt.datetime, form: CastForm | None = None, status: int = 200):
    asked = sheet.question if form else sheet.looked_at(request.GET.get("question", ""), now=now)
    own = reads.own_of(sheet, asked.pk, marking.voter_of(request))
    open_now, again = sheet.is_open(now=now), own.voted and not sheet.anonymous and bool(request.GET.get("change"))
    if form is None and open_now and (again or not own.voted):
        form = CastForm(asked=sheet.question, chosen=own.option)
    event, state = _event_of(sheet, request.user), state_of(sheet, asked, own, now=now)
    context = {
        "sheet": sheet, "asked": asked, "own": own, "form": form, "open": open_now, "state": state,
        "event": event, "closes_at": sheet.closes_at,
        "runs": can_chair(request.user, sheet.session), "signed_in": request.user.is_authenticated,
        "asked_before": sheet.is_closed(now=now) and reads.rounds_of(asked.key) > 1,
        "just_counted": open_now and own.voted and "counted" in request.GET,
    } | others_of(sheet, asked, now=now)  # fmt: skip
    if getattr(request, "may_be_kept", False) and request.META.get("QUERY_STRING", "") in ("", COUNTED):
        return marking.give(request, _same_for_strangers(request, sheet, context))
    return marking.give(request, render(request, "events/vote.html", context, status=status))


def others_of(sheet: Sheet, asked: Asked, *, now: dt.datetime) -> dict[str, Asked | None]:
    """Once a vote is closed: the questions `before` and `after` the one shown, of those that were put."""
    put = sheet.put if sheet.is_closed(now=now) else []
    return {
        "before": next((one for one in put if one.number == asked.number - 1), None),
        "after": next((one for one in put if one.number == asked.number + 1), None),
    }


class Shown(NamedTuple):
    """An event that a reader may see."""

    title: str
    url: str


def _event_of(sheet: Sheet, viewer) -> Shown | None:
    """The event of a vote for whoever may see it. Two queries; none for strangers, until a page changes."""

    def found() -> Shown | None:
        event = event_for(viewer, sheet.event)
        return Shown(event.title, address_of(event)) if event else None

    return found() if viewer.is_authenticated else caching.made_once("pages", f"vote-event:{sheet.event}", found)


def _same_for_strangers(request, sheet: Sheet, context: dict) -> HttpResponse:
    """The page, made once for all without session who stand alike with the vote; each is given their own token.

    A hall reads it within seconds: when the vote opens, when the next question is on, and after each vote.
    """

    def page() -> str:
        return render_to_string("events/vote.html", context | {"csrf_token": STAND_IN}, request=request)

    just = context["just_counted"]  # shows no count: one page for all who have just voted
    state = context["state"].at if just else context["state"]
    rest = context["own"], context["form"] is None, just, context["event"], context["asked_before"]
    key = f"vote-page:{sheet.pk}:{_digest(repr((sheet, state, *rest)))}"
    html = caching.made_once((f"vote:{sheet.code}", "site"), key, page)
    if STAND_IN in html:
        html = html.replace(STAND_IN, get_token(request))
    return HttpResponse(html)


# --- What changes while people look ---------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """How a vote stands, for one question and one reader: what `_vote_state.html` shows. `at` changes when another
    question is on, or it opens or closes; `url` is where the same is asked for again."""

    at: str
    url: str
    phase: str
    results: Bars
    seen: bool
    shows: str
    anonymous: bool
    own: int | None = None

    @property
    def shown(self) -> bool:
        """Whether there are bars for this reader."""
        return bool(self.seen and self.results.bars)


def state_of(sheet: Sheet, asked: Asked, own: Own, *, now: dt.datetime) -> State:
    return _state(sheet, asked, own.voted, now=now, option=own.option)


def _state(sheet: Sheet, asked: Asked, voted: bool, *, now: dt.datetime, option: int | None = None) -> State:
    phase = "open" if sheet.is_open(now=now) else "closed" if sheet.is_closed(now=now) else "draft"
    key = f"?key={results_key(sheet.pk, asked.pk)}" if voted else ""
    if asked.pk != sheet.current:  # closed, so the result is everybody's
        key = f"?question={asked.number}"
    return State(
        at=f"{phase}-{asked.pk}", url=f"/events/vote/{sheet.code}/now/{key}", phase=phase,
        results=reads.results_of(sheet, asked, now=now), seen=reads.sees_results(sheet, voted=voted, now=now),
        shows=sheet.shows, anonymous=sheet.anonymous, own=option,
    )  # fmt: skip


@public
@require_safe
def vote_now(request, code: str):
    """The count and the bars, for phones and screens that look every few seconds: made once for all of them.

    Somebody without account has no socket, so they ask; who has what we would send is told so in a few bytes.
    """
    sheet = found_or_404(request, code)
    if isinstance(sheet, HttpResponse):
        return sheet
    now = timezone.now()
    asked = sheet.looked_at(request.GET.get("question", ""), now=now)
    voted = request.GET.get("key") == results_key(sheet.pk, asked.pk)
    state = _state(sheet, asked, voted, now=now)
    # kept by what it shows: kept for some seconds as well as the count is, it would be twice as old
    kept = f"vote-now:{sheet.pk}:{_digest(repr(state))}"
    html, etag = caching.made_once(f"vote:{sheet.code}", kept, partial(_drawn, state))
    response = HttpResponse(html, headers={"ETag": etag, "Cache-Control": "private, no-cache"})
    return get_conditional_response(request, etag=etag, response=response)


def _drawn(state: State) -> tuple[str, str]:
    html = render_to_string("events/_vote_state.html", {"state": state})
    return html, f'"{_digest(html)}"'


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


# --- Codes ----------------------------------------------------------------------------------------------


def sheet_or_count(request, code: str) -> Sheet | HttpResponse | None:
    """The vote with a code. One that there is not is counted: whoever tries many gets a page that says to wait."""
    sheet = reads.sheet_for(code)
    if sheet is not None:
        return sheet
    try:
        ratelimits.check("vote_code", request)
    except ratelimits.TooOften as often:
        return render(request, "events/vote_too_often.html", {"minutes": -(-often.wait // 60)}, status=429)
    return None


def found_or_404(request, code: str) -> Sheet | HttpResponse:
    """The vote with a code as it stands in an address; else 404, and 429 for who tries many. Never more is told."""
    sheet = sheet_or_count(request, code)
    if sheet is None:
        raise Http404
    return sheet


# --- Over the years --------------------------------------------------------------------------------------


@public
@require_safe
def vote_trend(request, key: str):
    """The same question over the years: a picture, and the same as a table."""
    if not reads.rounds_of(key):  # asked first: strangers who make questions up leave nothing in the cache
        raise Http404
    caching.depends_on(request, "events", "pages", f"vote-question:{key}")
    history = reads.history_of(key, request.user)
    if history is None:
        raise Http404
    context = {"history": history, "picture": trend_picture.draw(history)}
    return render(request, "events/vote_trend.html", context)


def allowed(request, sheet: Sheet) -> None:
    """Raises PermissionDenied for who may not run the vote."""
    if not can_chair(request.user, sheet.session):
        raise PermissionDenied


def address_for(sheet: Sheet) -> str:
    """Where phones go: the whole address, for the QR code."""
    return f"{settings.SITE_URL}/events/vote/{sheet.code}/"
