"""What somebody typed into a form that could not be taken: the page that says so holds it, so that nothing is lost."""

import re
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

SECRET = re.compile("password|csrfmiddlewaretoken")
WORDS = frozenset(
    {"body", "reason", "title", "topics", "why", "words"}
)  # words, however few; of other fields what has a space in it
LABELS = {"body": "What you typed", "why": "Reason", "words": "What you typed"}


@dataclass(frozen=True)
class Field:
    name: str
    value: str

    @property
    def label(self) -> str:
        return LABELS.get(self.name) or self.name.replace("_", " ").replace("-", " ").capitalize()

    def is_words(self) -> bool:
        """Written by a person; the other fields are marks of the page, and choices."""
        return bool(self.value.strip()) and (self.name in WORDS or bool(re.search(r"\s", self.value.strip())))

    def rows(self) -> int:
        """Lines of the box it is shown in."""
        return max(1, min(16, sum(1 + len(line) // 60 for line in self.value.splitlines())))


@dataclass(frozen=True)
class Typed:
    """All that was sent, in its order. `whole`: it can be sent again from what is here, as it holds no files."""

    fields: list[Field]
    whole: bool = True

    @property
    def words(self) -> list[Field]:
        return [field for field in self.fields if field.is_words()]


def typed_in(request) -> Typed:
    """What a POST holds. Nothing of a form that holds a password: no page repeats what came with it."""
    if any("password" in name for name in request.POST):
        return Typed([])
    fields = [
        Field(name, value.replace("\x00", ""))
        for name, values in request.POST.lists()
        for value in values
        if not SECRET.search(name)
    ]
    return Typed(fields, whole=not request.FILES)


def page_with(request, template: str, context: dict, *, status: int) -> HttpResponse:
    """A page that holds somebody's words: nothing on the way keeps it, nor does the browser for who comes next."""
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
