"""Every reusable read of members and organisations."""

import re
import unicodedata

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.text import slugify
from rapidfuzz import fuzz, process
from wagtail.models import ModelLogEntry

# What nobody may be called: words of the house that a mention or an address could be mistaken for.
RESERVED_HANDLES = frozenset({
    "admin", "administrator", "all", "asker", "channel", "core", "core-team", "everyone", "folkmoot", "help",
    "here", "me", "member", "members", "moderator", "moderators", "nobody", "staff", "support", "system", "team",
})  # fmt: skip

# Domains that whole countries and services share say as little of one employer as a public mail provider.
SHARED_DOMAINS = frozenset({
    "ac.uk", "co.uk", "example.org", "gov.uk", "ltd.uk", "me.uk", "net.uk", "nhs.net", "nhs.scot", "nhs.uk",
    "onmicrosoft.com", "org.uk", "plc.uk", "police.uk", "sch.uk",
})  # fmt: skip

# How alike (of 100) a typed name must be to count as a slip of the keyboard, and how far ahead of the next.
SLIP, LEAD, NEAR = 92, 4, 72


def fold(name: str) -> str:
    """A name as people compare it: “The Sigma Trust” and “sigma  trust” are the same."""
    flat = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter)).replace("'", "").replace("’", "")
    return " ".join(word for word in re.findall(r"[^\W_]+", flat) if word != "the")


def domains_of(address: str) -> list[str]:
    """The domain of an e-mail address and every domain above it, longest first; [] for no address.

    “jo@mail.essex.gov.uk” → mail.essex.gov.uk, essex.gov.uk, gov.uk.
    """
    _, at, domain = address.strip().lower().rpartition("@")
    parts = domain.strip(".").split(".")
    return [".".join(parts[start:]) for start in range(len(parts) - 1)] if at else []


class OrganisationQuerySet(models.QuerySet):
    def listed(self):
        """Those the directory shows: partners, observers and replaced bodies."""
        return self.filter(status__in=self.model.LISTED)

    def joinable(self):
        """Those people may sign up to. Twin of `is_joinable()`."""
        return self.filter(status__in=self.model.JOINABLE)

    def visible_to(self, member):
        """The directory is public; bodies that applied or left are the core team's to see."""
        if member.is_authenticated and member.is_core_team:
            return self
        return self.listed()

    def with_other_names(self):
        """With sector, former and other names, and successors: three queries for a whole list."""
        return self.select_related("sector").prefetch_related("other_names", "successors")

    def for_directory(self):
        """Rows of the public list. The editors' note does not even leave the database."""
        return self.with_other_names().defer("editor_note").order_by("name", "pk")

    def as_rows(self):
        """For lists taken in and out: with sector, parent, all names and domains; three queries for a whole list."""
        return self.select_related("sector", "parent").prefetch_related("other_names", "email_domains")

    def by_sector_counts(self) -> list[dict]:
        """How many in each sector, in the sectors' order: [{slug, name, short_name, colour, count}]."""
        rows = (
            self.values("sector__slug", "sector__name", "sector__short_name", "sector__colour")
            .annotate(count=Count("pk"))
            .order_by("sector__order", "sector__name")
        )
        return [{key.removeprefix("sector__"): value for key, value in row.items()} for row in rows]

    def vouching_for(self, address: str):
        """The organisation one of whose domains an address is in, subdomains included; the closest domain wins.

        Empty for public and shared mail providers, whatever an editor wrote into the list of domains.
        """
        from members.models import EmailDomain
        from members.models.organisation import PUBLIC_MAIL_PROVIDERS

        nobodys = PUBLIC_MAIL_PROVIDERS | SHARED_DOMAINS
        domains = [domain for domain in domains_of(address) if domain not in nobodys]
        owners = dict(EmailDomain.objects.filter(domain__in=domains).values_list("domain", "organisation_id"))
        closest = next((owners[domain] for domain in domains if domain in owners), None)
        return self.joinable().filter(pk=closest)

    def names(self) -> list[tuple[str, int]]:
        """Every name these organisations go by (full, short, former, other), each with the organisation's id."""
        from members.models import OtherName

        found = [(name, pk) for pk, *names in self.values_list("pk", "name", "short_name") for name in names if name]
        others = OtherName.objects.filter(organisation__in=self.values("pk"))
        return found + list(others.values_list("name", "organisation_id"))

    def called(self, name: str):
        """The one meant by a typed name, and those nearly called so, best first: (one or None, [Organisation]).

        A slip of the keyboard is forgiven; a name that could mean two is not guessed.
        """
        wanted = fold(name)
        names = [(fold(known), pk) for known, pk in self.names()]
        exact = {pk for known, pk in names if known == wanted}
        if len(exact) == 1:
            return self.get(pk=exact.pop()), []
        best: dict[int, float] = dict.fromkeys(exact, 101.0)
        if wanted:
            words = [known for known, _pk in names]
            for _known, score, place in process.extract(wanted, words, scorer=fuzz.WRatio, limit=30, score_cutoff=NEAR):
                best[names[place][1]] = max(score, best.get(names[place][1], 0))
        near = sorted(best, key=lambda pk: best[pk], reverse=True)[:5]
        rows = self.in_bulk(near)
        slips = {pk: max(fuzz.ratio(wanted, known) for known, of in names if of == pk) for pk in near}
        ranked = sorted(slips, key=lambda pk: slips[pk], reverse=True)
        if ranked and not exact and slips[ranked[0]] >= SLIP:
            if len(ranked) == 1 or slips[ranked[0]] - slips[ranked[1]] >= LEAD:
                return rows[ranked[0]], []
        return None, [rows[pk] for pk in near]


class MemberQuerySet(models.QuerySet):
    def taking_part(self):
        """Vouched for and not shut out. Twin of `is_taking_part()`."""
        return self.filter(is_active=True, standing=self.model.Standing.VOUCHED)

    def at_calendar_address(self, key: str):
        """Whose calendar has this secret in its address, as long as they take part: one member or none."""
        return self.taking_part().filter(calendar_key__key=key)

    def waiting(self):
        """Confirmed their address, and wait for the core team to vouch for their employer."""
        return self.filter(is_active=True, standing=self.model.Standing.WAITING)

    def longest_waiting(self):
        """As `waiting`, with their organisations, those who wait longest first."""
        return self.waiting().with_organisation().with_waits_since().order_by("waits_since", "pk")

    def with_waits_since(self):
        """With `waits_since`: when they last began to wait, as the log says; else when they joined."""
        began = ModelLogEntry.objects.filter(
            content_type__app_label="members", content_type__model="member",
            object_id=Cast(OuterRef("pk"), models.CharField()), data__is=self.model.Standing.WAITING.value,
        ).order_by("-timestamp")  # fmt: skip
        return self.annotate(waits_since=Coalesce(Subquery(began.values("timestamp")[:1]), "date_joined"))

    def core_team(self):
        """The core team, while they may sign in."""
        return self.filter(is_active=True, role=self.model.Role.CORE_TEAM)

    def writers(self):
        """Authors, moderators and the core team, whether they take part or not. Twin of `is_writer`."""
        return self.filter(role__in=self.model.WRITERS)

    def signed_up_since(self, moment, *, email):
        """The account of an address that was made since `moment` and not used yet: at most one."""
        return self.filter(
            email=email, standing=self.model.Standing.UNCONFIRMED, last_login=None, date_joined__gte=moment
        )

    def never_confirmed(self, *, since):
        """Signed up before `since`, and never confirmed the address or signed in."""
        return self.filter(standing=self.model.Standing.UNCONFIRMED, date_joined__lt=since, last_login=None)

    def visible_to(self, member):
        """Members whose page `member` may open."""
        if not member.is_authenticated:
            return self.taking_part().filter(show_name="everyone")
        if member.is_core_team:
            return self
        if member.is_taking_part():
            return self.filter(Q(pk=member.pk) | Q(is_active=True, standing=self.model.Standing.VOUCHED))
        return self.filter(Q(pk=member.pk) | Q(is_active=True, standing="vouched", show_name="everyone"))

    def showing(self, field: str, *, to):
        """Members who show `field` ("bio", "organisation", …) to `to`. Twin of `shows()`."""
        if not to.is_authenticated:
            return self.filter(**{f"show_{field}": "everyone"})
        if to.is_core_team:
            return self
        audiences = ["everyone", "members"] if to.is_taking_part() else ["everyone"]
        return self.filter(Q(pk=to.pk) | Q(**{f"show_{field}__in": audiences}))

    def with_organisation(self):
        return self.select_related("organisation__sector")

    def free_handle(self, name: str) -> str:
        """A handle made from a name that nobody has or ever had: “Priya Nair” → “priya-nair”, then “priya-nair-2”."""
        from members.models import RetiredHandle

        base = slugify(name)[:34].strip("-") or "member"
        handle, count = base, 1
        while (
            handle in RESERVED_HANDLES
            or self.filter(handle=handle).exists()
            or RetiredHandle.objects.filter(handle=handle).exists()
        ):
            count += 1
            handle = f"{base}-{count}"
        return handle
