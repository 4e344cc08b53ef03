"""Acts on many rows of the admin's lists: tick, read whom it concerns and whom not, do it, read what came of each.

Wagtail's bulk actions give the ticks, the bar and the address. What is done, and to whom it is refused, is said by the
verbs of `members.actions`, each row in a transaction of its own.
"""

from abc import abstractmethod

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.bulk_action import BulkAction

from core.templatetags.core_tags import plural
from members import actions
from members.actions import directory, many
from members.actions.outcomes import Outcome
from members.admin_forms import number_of
from members.models import Member, Organisation, Sector
from members.views.outcomes import tell, vouched_for

MOST = 200  # rows at once; a page of the list has fifty


class _Many(BulkAction):
    """One act on ticked rows. `title`: its page, of “{many}” rows; `button`: the press that does it; `happens`: what
    the page says of each row."""

    permission = ""
    index = ""
    title = ""
    button = ""
    then = ""
    happens = ""
    icon = ""
    nouns = ""
    serious = False

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        self.next_url = get_valid_next_url_from_request(request) or reverse(self.index)
        numbers = [int(one) for one in request.GET.getlist("id") if one.isascii() and one.isdigit() and len(one) < 19]
        self.chosen = list(self.rows().in_bulk(numbers[:MOST]).values())
        if not self.chosen:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def rows(self) -> QuerySet:
        """All rows that may be ticked, in the order of the page."""

    @abstractmethod
    def why_not(self, row) -> str:
        """Why nothing would be done to a row; empty when the page offers to do it."""

    @abstractmethod
    def mark(self, row) -> str | int:
        """What the page says of a row, by which the verb knows that it is so still."""

    @abstractmethod
    def act(self, rows: list, known: dict[int, str], **fields) -> list[Outcome]:
        """Do it. `known`: the marks that the page sent, by id; `fields`: what its form says."""

    @abstractmethod
    def done(self, rows: list, **fields) -> str:
        """What is said of the rows it was done to."""

    def many(self, rows: list) -> str:
        return plural(len(rows), self.nouns)

    def get_context_data(self, **kwargs):
        rows = [(row, self.why_not(row), self.mark(row)) for row in self.chosen]
        ready = [row for row, why, _mark in rows if not why]
        words = {"many": self.many(ready)}
        return super(BulkAction, self).get_context_data(**kwargs) | {
            "rows": rows, "ready": ready, "button": self.button.format(**words),
            "title": self.title.format(**words) if ready else self.display_name, "act": self,
            "next": self.next_url, "submit_url": self.request.get_full_path(),
        }  # fmt: skip

    def form_valid(self, form):
        sent = {row.pk: self.request.POST.get(f"known-{row.pk}") for row in self.chosen}
        known = {pk: text for pk, text in sent.items() if text is not None}
        outcomes = self.act([row for row in self.chosen if row.pk in known], known, **form.cleaned_data)
        tell(self.request, outcomes, done=lambda rows: self.done(rows, **form.cleaned_data))
        return redirect(self.next_url)


def _names(rows: list) -> str:
    return ", ".join(str(row) for row in rows)


# --- Members ------------------------------------------------------------------------------------------


class WhyForm(forms.Form):
    why = forms.CharField(
        label="Reason", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Logged for the core team, with each of them.",
    )  # fmt: skip


class DeclineForm(forms.Form):
    why = forms.CharField(
        label="Reason", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Logged, and told to each of them by mail.",
        error_messages={"required": "Write the reason: each of them is told it."},
    )  # fmt: skip


class PlaceForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.joinable().order_by("name"), empty_label="Choose one",
        help_text="Where all of them work. If it is not in the list, add it to the directory first.",
        error_messages={"required": "Choose the organisation they work for."},
    )  # fmt: skip
    and_vouch = forms.BooleanField(
        label="Vouch for those who wait", required=False, help_text="They can post at once, and are told by mail."
    )


class _Members(_Many):
    models = [Member]
    permission = "members.vouch"
    index = "wagtailusers_users:index"
    template_name = "members/bulk_members.html"
    icon = "group"
    nouns = "person,people"

    def rows(self):
        return Member.objects.with_organisation().order_by("date_joined", "pk")

    def mark(self, row) -> int:
        return row.organisation_id or 0

    def why_not(self, row) -> str:
        if not self.request.user.has_perm(self.permission, row):
            return "Nobody decides on themselves."
        return self.left_out(row)

    def left_out(self, row) -> str:
        return many.why_not_decided(row)


class VouchForThem(_Members):
    display_name = "Vouch for"
    aria_label = "Vouch for the people ticked"
    action_type = "vouch"
    action_priority = 10
    title = button = "Vouch for {many}"
    then = "They can take part as soon as you vouch for them, and are told by mail."
    happens = "You vouch for them"
    form_class = WhyForm

    def left_out(self, row) -> str:
        return many.why_not_yet(row)

    def act(self, rows, known, *, why):
        numbers = {pk: number_of(text) for pk, text in known.items()}
        return actions.vouch_for_many(by=self.request.user, members=rows, why=why, known=numbers)

    def done(self, rows, **fields) -> str:
        return vouched_for(rows)


class DeclineThem(_Members):
    display_name = "Decline"
    aria_label = "Decline the people ticked"
    action_type = "decline"
    action_priority = 20
    permission = "members.decline"
    title = button = "Decline {many}"
    then = "They stay able to read public pages, and each is told your reason by mail."
    serious = True
    happens = "You decline them"
    form_class = DeclineForm

    def act(self, rows, known, *, why):
        numbers = {pk: number_of(text) for pk, text in known.items()}
        return actions.decline_many(by=self.request.user, members=rows, why=why, known=numbers)

    def done(self, rows, **fields) -> str:
        return f"Told that we can’t vouch for them: {_names(rows)}."


class PlaceThem(_Members):
    display_name = "Set organisation"
    aria_label = "Say where the people ticked work"
    action_type = "place"
    action_priority = 30
    title = "Where {many} work"
    button = "Set their organisation"
    then = "For those who named an organisation that was not in the directory."
    happens = "You say where they work"
    form_class = PlaceForm

    def left_out(self, row) -> str:
        return many.why_not_placed(row)

    def act(self, rows, known, *, organisation, and_vouch):
        return actions.place_many(
            by=self.request.user, members=rows, organisation=organisation, and_vouch=and_vouch
        )  # fmt: skip

    def done(self, rows, *, organisation, and_vouch):
        vouched = [row for row in rows if row.standing == Member.Standing.VOUCHED] if and_vouch else []
        said = f"{_names(rows)} {'works' if len(rows) == 1 else 'work'} at {organisation} now."
        return f"{said} {self.many(vouched)} can take part." if vouched else said


# --- Organisations ------------------------------------------------------------------------------------


class SectorForm(forms.Form):
    sector = forms.ModelChoiceField(
        Sector.objects.all(), empty_label="Choose one", error_messages={"required": "Choose a sector."}
    )


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        choices=[("", "Choose one"), *((one.value, one.label) for one in directory.STATUSES)],
        error_messages={"required": "Choose a status."},
    )


class _Organisations(_Many):
    models = [Organisation]
    permission = "members.keep_directory"
    index = "organisation:index"
    template_name = "members/bulk_organisations.html"
    icon = "site"
    nouns = "organisation,organisations"
    field = ""

    def rows(self):
        return Organisation.objects.select_related("sector").order_by("name")

    def mark(self, row) -> str:
        value = getattr(row, self.field)
        return str(getattr(value, "pk", value))

    def why_not(self, row) -> str:
        return directory.why_not(row, self.field, None)


class SetSector(_Organisations):
    display_name = "Set sector"
    aria_label = "Set the sector of the organisations ticked"
    action_type = "sector"
    action_priority = 10
    title = button = "Set the sector of {many}"
    field = "sector"
    happens = "It goes to the sector you choose"
    form_class = SectorForm

    def act(self, rows, known, *, sector):
        return actions.set_sector(by=self.request.user, organisations=rows, sector=sector, known=known)

    def done(self, rows, *, sector):
        return f"{_names(rows)} {'is' if len(rows) == 1 else 'are'} in the sector {sector} now."


class SetStatus(_Organisations):
    display_name = "Set status"
    aria_label = "Set the status of the organisations ticked"
    action_type = "status"
    action_priority = 20
    title = button = "Set the status of {many}"
    then = "Partners and observers are listed on the site, and people can sign up as working there."
    field = "status"
    happens = "It gets the status you choose"
    form_class = StatusForm

    def act(self, rows, known, *, status):
        return actions.set_status(by=self.request.user, organisations=rows, status=status, known=known)

    def done(self, rows, *, status):
        return f"{_names(rows)}: “{Organisation.Status(status).label}” now."


ALL = (VouchForThem, DeclineThem, PlaceThem, SetSector, SetStatus)
