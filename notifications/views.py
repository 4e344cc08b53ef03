"""The inbox, the bell, what a member chose to be told, and the one-click stop of mails."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from core.pagination import keyset
from members.access import public, signed_in
from notifications import choices, inbox, kinds, stopping
from notifications.delivery import outbox as demo_outbox
from notifications.forms import PreferencesForm
from notifications.models import Notice, Preference
from notifications.rows import dates_of, in_words, rows_of

IN_POPOVER = 5
PAGE = 20


@signed_in
def inbox_page(request):
    """Everything a member was told, newest first; `?show=unread` only what is unread."""
    notices = Notice.objects.for_inbox(request.user)
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        notices = notices.unread()
    page = keyset(notices, by="updated_at", cursor=request.GET.get("page", ""), size=PAGE)
    if not page.newer:
        inbox.see(request.user)
    show = "&show=unread" if only_unread else ""
    context = {
        "notices": rows_of(request.user, page.rows), "only_unread": only_unread,
        "newer_url": f"?page={page.newer}{show}" if page.newer else "",
        "older_url": f"?page={page.older}{show}" if page.older else "",
        "range": dates_of(page.rows), "unread_words": in_words(inbox.unread_count(request.user)),
    }  # fmt: skip
    return render(request, "notifications/inbox.html", context)


@signed_in
def open_notice(request, pk: int):
    """Go to what a notice is about; 404 once the member may no longer see that.

    It is read by that, but for one that tells of several things: each is read by the page that shows it.
    """
    notice = get_object_or_404(Notice, pk=pk, recipient=request.user)
    if not rows_of(request.user, [notice]):
        raise Http404
    if not notice.tells_of_several():
        inbox.read_one(notice)
    return redirect(_safe(notice.url, request))


@signed_in
@require_POST
def read_all(request):
    """Mark everything read."""
    inbox.read_all(request.user)
    return redirect(_safe(request.POST.get("next", ""), request))


@signed_in
@require_GET
@never_cache
def bell(request):
    """The bell alone, for a page that is told of a change."""
    context = {"unread_notices": inbox.unread_count(request.user), "inbox_no": request.user.inbox_no}
    return render(request, "notifications/bell.html", context)


@signed_in
@require_GET
@never_cache
def popover(request):
    """The newest few, for the bell's popover; without JavaScript the bell leads to the inbox."""
    newest = list(Notice.objects.for_inbox(request.user)[:IN_POPOVER])
    inbox.see(request.user)
    return render(request, "notifications/popover.html", {"notices": rows_of(request.user, newest)})


@signed_in
def preferences(request):
    """Every kind and channel, all mail off, and what the member follows and mutes; `?kind=` leads to one row."""
    rows, all_mail_off = choices.choices_of(request.user)
    landed_on = request.GET.get("kind", "")
    form = PreferencesForm(request.POST or None, rows=rows, all_mail_off=all_mail_off, landed_on=landed_on)
    if request.method == "POST" and form.is_valid():
        choices.choose_all(request.user, form.choices(), all_mail_off=form.all_mail_off())
        messages.success(request, "Your choices are saved.")
        return redirect("notifications:preferences")
    context = {"form": form, "all_mail_off": all_mail_off, "follow_lists": kinds.follow_lists(request.user)}
    return render(request, "notifications/preferences.html", context)


@signed_in
@require_POST
def stop_kind(request):
    """The switch beside a notice: no more of its kind."""
    try:
        kind = kinds.get(request.POST.get("kind", ""))
    except kinds.UnknownKind:
        raise Http404
    choices.choose(request.user, kind.name, bell=False, mail=Preference.Mail.NONE)
    choices.drop_mail(request.user, kind=kind.name)
    messages.success(request, f"We no longer tell you when {kind.title[:1].lower()}{kind.title[1:]}.")
    return redirect(choices.address_of(kind.name))


@public
@csrf_exempt  # RFC 8058: the mail program posts it, without cookies; the signed address is the permission
@never_cache
def stop(request, token: str):
    """Stop mails from the link in one: GET asks what to stop, POST does it, without sign-in."""
    found = stopping.read(token)
    if found is None:
        raise Http404
    scopes, scope = found.choices(request.user), ""  # before it is done: what is followed no more has no name here
    if request.method == "POST":
        scope = stopping.stop(found, request.POST.get("scope", ""))
    context = {"choices": scopes, "done": dict(scopes).get(scope, ""), "address": found.address(request.user),
               "switches": choices.address_of(found.kind)}  # fmt: skip
    return render(request, "notifications/stop.html", context)


@public
@require_GET
@never_cache
def outbox(request):
    """Mail of the demo, for someone at this very machine."""
    if not demo_outbox.is_open_to(request):
        raise Http404
    to = request.GET.get("to", "")[:200]
    context = {"mails": demo_outbox.newest(to=to), "to": to, "folder": settings.MAIL_OUTBOX_DIR}
    return render(request, "notifications/outbox.html", context)


def _safe(url: str, request) -> str:
    """An address of this site, or the inbox."""
    ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()})
    return url if ours else "/notifications/"
