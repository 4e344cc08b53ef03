"""Vouching for several who wait at once: choose, look again, and read what came of each."""

from django.contrib import messages
from django.shortcuts import redirect, render

from members import actions
from members.access import requires
from members.actions.many import why_not_yet
from members.admin_forms import VouchForManyForm
from members.models import Member

MOST_SHOWN = 200


@requires("members.vouch")
def vouch_for_many(request):
    """Tick some of those who wait; the next page names them; then it is done, one by one."""
    form = VouchForManyForm(request.POST if request.method == "POST" else None)
    context: dict = {"form": form, "title": "Vouch for several"}
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["members"])
        if "sure" in request.POST:
            why, known = form.cleaned_data["why"], form.known()
            _tell(request, actions.vouch_for_many(by=request.user, members=chosen, why=why, known=known))
            return redirect("wagtailusers_users:index")
        context["chosen"] = [(member, why_not_yet(member)) for member in chosen]
        context["ready"] = [member for member, why in context["chosen"] if not why]
    else:
        context["waiting"] = list(Member.objects.longest_waiting()[:MOST_SHOWN])
        context["ticked"] = {"all"} if "all" in request.GET else set(request.POST.getlist("members"))
    return render(request, "members/vouch_for_many.html", context)


def _tell(request, outcomes) -> None:
    done = [f"{one.member} ({one.member.organisation})" for one in outcomes if not one.refusal]
    if done:
        many = "1 person" if len(done) == 1 else f"{len(done)} people"
        messages.success(
            request,
            f"{many} can take part now, and {'is' if len(done) == 1 else 'are'} told by mail: {', '.join(done)}.",
        )
    for one in outcomes:
        if one.refusal:
            messages.error(request, f"Not done: {one.refusal}")
