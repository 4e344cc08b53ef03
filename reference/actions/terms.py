"""What follows a change of the glossary."""

from wagtail.search import index

from core import caching
from reference.models import Term


def edited(term: Term) -> None:
    """After a term was saved in the admin with its names: search and kept pages follow."""
    index.insert_or_update_object(Term.objects.get(pk=term.pk))
    changed()


def changed() -> None:
    """Every page that explains words is made anew, on commit."""
    caching.touch("glossary")
