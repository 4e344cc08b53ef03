"""Reads of templates."""

from django.db import models


class TemplateQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Those with a version the viewer may fetch (its document's collection says who may)."""
        return self.filter(versions__isnull=False).distinct()
