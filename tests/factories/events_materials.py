"""Files of talks, and what is sent by hand in tests."""

import datetime as dt
import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from events.actions import chasing
from events.actions import materials as acts
from events.models.material import Material, MaterialAsk
from events.uploadlinks import link_of

PDF = b"%PDF-1.7\n" + b"slides " * 200
TYPES = {"pptx": "ppt/presentation.xml", "docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def file(name="slides.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it; its content is of the kind that its name says, unless given."""
    ending = name.rpartition(".")[2]
    if content is None:
        content = office(ending) if ending in {*TYPES, "odp"} else PDF if ending == "pdf" else b"What is said.\n"
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def office(ending: str, *, also: str = "") -> bytes:
    """A small document of an office; `also`: one more part, such as its macros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        if ending == "odp":
            into.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
        else:
            into.writestr(TYPES[ending], "<xml/>")
        if also:
            into.writestr(also, "x")
    return packed.getvalue()


def material(event, by, session=None, *, audience="public", release="now", at=None, now=None, **given) -> Material:
    """A file sent by the core team."""
    terms = acts.Terms(given.pop("licence", "ogl"), audience, release, at)
    given.setdefault("file", file())
    return acts.send(event=event, session=session, terms=terms, by=by, now=now, **given)


def ask(session, speaker, by, *, in_days=14, now=None) -> MaterialAsk:
    """A speaker is asked; due in so many days."""
    from django.utils import timezone

    due = timezone.localdate(now) + dt.timedelta(days=in_days)
    return chasing.ask(session=session, speaker=speaker, due_on=due, by=by, now=now)


def path_of(ask: MaterialAsk) -> str:
    """The path of the link that a speaker gets."""
    return link_of(ask).removeprefix("http://testserver")
