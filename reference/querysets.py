"""Reads of provisions, citations and terms. What `reference` holds is public; who cites it may not be."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import slugify


class ProvisionQuerySet(models.QuerySet):
    def visible_to(self, member):
        """All of them: law is public. Here so that lists, search and feeds start in one place."""
        return self

    def gateways(self):
        """Those that let somebody share. Twin of `Provision.is_gateway`."""
        return self.filter(kind__in=self.model.GATEWAYS)

    def barriers(self):
        """Conditions, restrictions and exemptions: shown as such, never as gateways."""
        return self.exclude(kind__in=self.model.GATEWAYS)

    def for_list(self):
        """With their topics, law by law: two queries."""
        return self.prefetch_related("topics").order_by("law", "provision")

    def for_page(self):
        """With all that its own page shows of it."""
        return self.select_related("replaced_by", "checked_by").prefetch_related("topics", "replaces")

    def for_feed(self):
        """The latest added or changed first."""
        return self.order_by("-edited_at", "-pk")

    def in_force(self, day=None):
        """Not ended on `day` (today), nor replaced. Twin of `Provision.is_in_force`; what is still to come counts."""
        day = day or timezone.localdate()
        return self.filter(Q(in_force_to=None) | Q(in_force_to__gte=day), replaced_by=None)


class CitationQuerySet(models.QuerySet):
    def needing_check(self):
        """The law changed since the owner last looked. Twin of `Citation.needs_check`."""
        before = Q(checked_on__lt=F("provision__changed_on"))
        same_day = Q(checked_on=F("provision__changed_on"), checked_no__lt=F("provision__change_no"))
        return self.filter(before | same_day)

    def of(self, target):
        """The citations of one thing, law first."""
        return self.of_many(type(target), [target.pk])

    def of_many(self, model, ids):
        """The citations of things of one kind, with their provisions, law first."""
        from reference.citing import kind_of

        return (
            self.filter(target_type=kind_of(model), target_id__in=list(ids))
            .select_related("provision")
            .order_by("provision__law", "provision__provision")
        )

    def of_provision(self, provision):
        """What cites a provision, newest first."""
        return self.filter(provision=provision).order_by("-pk")

    def of_provisions(self, provisions):
        """What cites any of some provisions."""
        return self.filter(provision__in=[one.pk for one in provisions])

    def owned_by(self, member):
        """Those a member answers for, with their provisions."""
        return self.filter(owner=member).select_related("provision").order_by("provision__law", "provision__provision")

    def with_owner(self):
        """With its provision and its owner."""
        return self.select_related("provision", "owner")

    def checked_by_day(self, day):
        """Those last looked at on `day` or before: what a change of their law on that day reaches."""
        return self.filter(checked_on__lte=day)

    def waiting_for(self, members, provisions):
        """What each of `members` (ids) has to check for each of `provisions` (ids)."""
        return self.filter(owner__in=members, provision__in=provisions).needing_check()


class TermQuerySet(models.QuerySet):
    def visible_to(self, member):
        """All of them: words are public."""
        return self

    def for_glossary(self):
        """With what else each is called: two queries."""
        return self.prefetch_related("other_names")

    def for_page(self):
        """With all that its own page shows of it."""
        return self.prefetch_related("other_names", "see_also")

    def at(self, slug: str):
        """The term of an address, or None."""
        return self.filter(slug=slug).first()

    def called(self, name: str):
        """The term of this slug, short form, name or other name, in any letters; None when there is none."""
        name = " ".join(name.replace("\0", "").replace("-", " ").split())[:100]
        if not name:
            return None
        squeezed = name.replace(" ", "")
        exact = self.filter(Q(short_form__iexact=squeezed) | Q(short_form__iexact=name) | Q(term__iexact=name))
        if found := exact.first():
            return found
        slug = slugify(name)
        for term in self.for_glossary():
            names = [term.term, term.short_form, *(other.name for other in term.other_names.all())]
            if slug and slug in {slugify(one) for one in names}:
                return term
        return None
