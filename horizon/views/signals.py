from django.contrib import messages
from django.shortcuts import redirect, render

from core import ratelimits
from core.typed import page_with, typed_in
from horizon.actions import signals as acts
from horizon.forms.signals import SignalForm
from horizon.models import Signal
from members.access import signed_in, writes
from members.permissions import takes_part

THANKS = "Thank you. The core team reads every signal, and you are told here what became of yours."
TOO_OFTEN = (
    "You have sent many signals in a short time, so this one is not sent yet. What you typed is still here: "
    "try again in an hour."
)


@signed_in
def signals(request):
    """What one sent, and what became of each."""
    sent = list(Signal.objects.visible_to(request.user).sent_by(request.user))
    for signal in sent:
        # a development that readers do not see yet is not named
        signal.became = signal.development_for(request.user)
    return render(request, "horizon/signals.html", {"signals": sent})


@writes
def send(request):
    """Tell the core team of something that is coming; or, for a member not vouched for yet, why not."""
    if not takes_part(request.user):
        return page_with(request, "horizon/signal_not_yet.html", {"typed": typed_in(request)}, status=403)
    form = SignalForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "horizon/signal_send.html", {"form": form})
    try:
        ratelimits.check("signal", request)
    except ratelimits.TooOften:
        form.add_error(None, TOO_OFTEN)
        return render(request, "horizon/signal_send.html", {"form": form}, status=429)
    acts.send(by=request.user, **form.cleaned_data)
    messages.success(request, THANKS)
    return redirect("horizon:signals")
