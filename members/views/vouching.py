"""Vouching for several who wait at once: choose, look again, and read what came of each."""

from django.shortcuts import redirect, render

from members import actions
from members.access import requires
from members.actions.many import why_not_yet
from members.admin_forms import VouchForManyForm
from members.models import Member
from members.views.outcomes import tell, vouched_for

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
            outcomes = actions.vouch_for_many(by=request.user, members=chosen, why=why, known=known)
            tell(request, outcomes, done=vouched_for)
            return redirect("wagtailusers_users:index")
        context["chosen"] = [(member, why_not_yet(member)) for member in chosen]
        context["ready"] = [member for member, why in context["chosen"] if not why]
    else:
        context["waiting"] = list(Member.objects.longest_waiting()[:MOST_SHOWN])
        context["ticked"] = {"all"} if "all" in request.GET else set(request.POST.getlist("members"))
    return render(request, "members/vouch_for_many.html", context)
