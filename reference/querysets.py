"""Reads of provisions, citations and terms. What `reference` holds is public; who cites it may not be."""

from django.db import models
from django.db.models import F, Q


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


class CitationQuerySet(models.QuerySet):
    def needing_check(self):
        """The law changed since the owner last looked. Twin of `Citation.needs_check`."""
        return self.filter(Q(provision__changed_on__isnull=False) & Q(checked_on__lt=F("provision__changed_on")))


class TermQuerySet(models.QuerySet):
    def visible_to(self, member):
        """All of them: words are public."""
        return self
