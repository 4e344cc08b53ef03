"""Votes for the team: made at an event, of sets of questions; and what was counted on paper."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from events.actions import voting as acts
from events.forms.votes import DraftVoteForm, PaperForm, SetForm
from events.querysets import votes as reads
from events.querysets.events import address_of, event_for
from events.views.finding import event_or_404
from members.access import requires


@requires("events.organise")
def vote_desk(request, event: int):
    """The votes of an event, and one more."""
    page = event_or_404(request.user, event)
    form = DraftVoteForm(request.POST if request.method == "POST" else None, event=page)
    if request.method == "POST" and form.is_valid():
        made = acts.draft(by=request.user, event=page, **form.cleaned_data)
        messages.success(request, "The vote is ready. Open it here when you want people to vote.")
        return redirect("events:screen", code=made.code)
    context = {"event": page, "event_url": address_of(page), "votes": reads.of_event(page), "sets": reads.sets()}
    return render(request, "events/vote_desk.html", context | {"form": form})


@requires("events.organise")
def vote_set_new(request, event: int):
    """A set of questions, typed; `?like=` starts from another, whose wording keeps the trend going."""
    page = event_or_404(request.user, event)
    if request.method == "POST":
        form = SetForm(request.POST)
        if form.is_valid():
            acts.make_set(by=request.user, name=form.cleaned_data["name"], questions=form.cleaned_data["text"])
            messages.success(request, "The set is kept. Choose it for a vote.")
            return redirect("events:vote-desk", event=page.pk)
    else:
        form = SetForm(initial=_like(request.GET.get("like", "")))
    context = {"event": page, "event_url": address_of(page), "form": form}
    return render(request, "events/vote_set_new.html", context)


def _like(number: str) -> dict[str, str]:
    found = next((one for one in reads.sets() if str(one.pk) == number), None)
    if found is None:
        return {}
    blocks = ["\n".join([asked.words, *(one.words for one in asked.options.all())]) for asked in found.questions.all()]
    return {"name": found.name, "text": "\n\n".join(blocks)}


@requires("events.organise")
def vote_paper(request, code: str, number: int):
    """How often each answer to a question was chosen on paper: in place of what was entered before."""
    found = reads.vote_by_code(code)
    if found is None:
        raise Http404
    sheet = reads.sheet_of(found)
    asked = next((one for one in sheet.questions if one.number == number), None)
    if asked is None or event_for(request.user, sheet.event) is None:
        raise Http404
    entered = reads.paper_of(sheet.pk, asked)
    form = PaperForm(
        request.POST if request.method == "POST" else None, asked=asked,
        counts={one.option_id: one.count for one in entered},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        acts.enter_paper(vote=found, question=asked.pk, counts=form.counts(), by=request.user)
        messages.success(request, "The votes on paper are counted in.")
        return redirect("events:screen", code=sheet.code)
    context = {"sheet": sheet, "asked": asked, "form": form, "entered": entered}
    return render(request, "events/vote_paper.html", context)
