from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.html import escape
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index

from reference.querysets import TermQuerySet


class Term(index.Indexed, ClusterableModel):
    """A word of the field in plain words. Its first use on a page links here and shows the meaning."""

    term = models.CharField(max_length=80)
    short_form = models.CharField(max_length=30, blank=True, help_text="Such as “ISP”.")
    slug = models.SlugField(max_length=90, unique=True)
    definition = models.TextField(max_length=500, help_text="One or two plain sentences.")
    see_also = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")

    objects = TermQuerySet.as_manager()

    search_fields = [
        index.SearchField("term", boost=4),
        index.SearchField("short_form", boost=4),
        index.SearchField("also_called_text", boost=3),
        index.SearchField("definition"),
    ]

    class Meta:
        ordering = [Lower("term")]
        constraints = [
            models.UniqueConstraint(
                Lower("term"), name="each_term_once", violation_error_message="This term is in the glossary already."
            )
        ]

    def __str__(self):
        return self.term

    def get_absolute_url(self):
        return reverse("reference:term", args=[self.slug])

    def definition_html(self) -> str:
        """Its definition escaped, to be explained or put into a page."""
        return escape(self.definition)

    def also_called_text(self) -> str:
        return ", ".join(self._names())

    def also_called_listed(self) -> str:
        """As a cell of the list: “Data sharing agreement; DSA”."""
        return "; ".join(self._names())

    def _names(self) -> list[str]:
        return sorted((other.name for other in self.other_names.all()), key=str.casefold)

    def see_also_listed(self) -> str:
        return "; ".join(other.term for other in self.see_also.all())


class TermName(models.Model):
    """What else a term is called: found by it, and explained where it is used."""

    term = ParentalKey(Term, on_delete=models.CASCADE, related_name="other_names")
    name = models.CharField(max_length=80)
    everyday = models.BooleanField(
        "an everyday word", default=False,
        help_text="Tick for words such as “owner”: the glossary finds it by them, but leaves them alone in texts.",
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="each_other_name_once",
                violation_error_message="Another term has one of these other names already.",
            )
        ]

    def __str__(self):
        return self.name
