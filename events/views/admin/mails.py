"""Writing to many who booked: choose, write, see it as one of them does, send, take back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from events.actions import bulk_mail as acts
from events.forms.admin_bookings import ChooseForm
from events.forms.admin_mail import MailForm
from events.models.bulk_mail import BulkMail
from events.querysets import desk
from events.views.admin.desk import ORGANISE, event_or_404, room
from members.access import requires


@requires(ORGANISE)
def mails(request, event: int):
    """What was written to many: waiting, sent or taken back."""
    found = event_or_404(event)
    return room(request, "mails", found, "mails", mails=desk.mails(found), now=timezone.now())


@requires(ORGANISE)
def write(request, event: int):
    """A mail to the bookings that the address chooses: seen first, then sent if it still reaches the same people."""
    found = event_or_404(event)
    choose = ChooseForm(request.GET, event=found)
    chosen = choose.chosen()
    readers = acts.readers_of(desk.for_mail(found, **chosen)) if chosen is not None else acts.Readers()
    form = MailForm(request.POST or None)
    seen = form.is_valid() and "again" not in request.POST
    if seen and request.POST.get("send") == readers.mark and readers.bookings:
        mail = acts.send(
            event=found, by=request.user, bookings=readers.bookings, chosen=choose.in_words(), **form.cleaned_data
        )
        messages.success(request, f"It goes to {_people(mail.count)} in ten minutes. Until then you can take it back.")
        return redirect("event_desk:mails", found.pk)
    context = {
        "form": form, "readers": readers, "words": choose.in_words(), "seen": seen,
        "moved": seen and "send" in request.POST,
    }  # fmt: skip
    if seen and readers.bookings:
        first = readers.bookings[0]
        words = form.cleaned_data["words"]
        context |= {
            "first": first,
            "letter": acts.letter(event=found, booking=first, words=words, seen_by_another=True),
        }
    return room(request, "mail_write", found, "mails", **context)


@requires(ORGANISE)
def take_back(request, event: int, pk: int):
    """Stop a mail that has not gone yet (POST)."""
    found = event_or_404(event)
    mail = BulkMail.objects.filter(event=found, pk=pk).first()
    if mail is None:
        raise Http404
    if request.method == "POST":
        try:
            acts.take_back(mail=mail, by=request.user)
            messages.success(request, f"“{mail.subject}” is taken back. Nobody gets it.")
        except acts.TooLate as late:
            messages.error(request, str(late))
    return redirect("event_desk:mails", found.pk)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
