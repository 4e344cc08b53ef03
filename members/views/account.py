"""A member's own details."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render

from core import ratelimits
from members import actions
from members.access import signed_in
from members.forms import DetailsForm, LeaveForm, WorksAtForm

TOO_OFTEN = "That was a lot of changes at once. Wait a few minutes, then try again. What you typed is still here."


@signed_in
def account(request):
    """Edit what one's page says, and who sees it."""
    form = DetailsForm(request.POST if request.method == "POST" else None, member=request.user)
    status = _save(request, form)
    if status == 302:
        messages.success(request, "Your details are saved.")
        return redirect("members:account")
    return render(request, "members/account.html", {"form": form}, status=status)


@signed_in
def change_organisation(request):
    """Say that one works somewhere else now."""
    form = WorksAtForm(request.POST if request.method == "POST" else None)
    status = _save(request, form)
    if status == 302:
        messages.success(request, "We noted where you work now.")
        return redirect("members:welcome")
    return render(request, "members/change_organisation.html", {"form": form}, status=status)


@signed_in
def welcome(request):
    """After signing up, and while waiting: where one stands and what happens next."""
    return render(request, "members/welcome.html")


@signed_in
def leave(request):
    """Close one's account: posts stay, access ends."""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with suppress(actions.DoesNotApply):  # sent twice, or shut out meanwhile: their access has ended already
            actions.leave(member=request.user)
        logout(request)
        messages.success(request, "Your account is closed. Thank you for what you shared.")
        return redirect("/")
    return render(request, "members/leave.html", {"form": form}, status=200)


def _save(request, form) -> int:
    """Try to save a sent form: 302 when saved, else the status of the page that shows it again."""
    if request.method != "POST" or not form.is_valid():
        return 200
    try:
        ratelimits.check("details", request)
        form.keep(by=request.user)
    except ratelimits.TooOften:
        form.add_error(None, TOO_OFTEN)
        return 429
    except actions.HandleTaken as error:
        form.add_error("handle", str(error))
        return 200
    return 302
