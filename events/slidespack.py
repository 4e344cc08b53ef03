"""What is in the ZIP of an event’s slides: the files by time, room and title, and a list with their licences."""

import datetime as dt
import io
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from core.zipping import Entry, different
from events import times
from events.models.material import Material

LICENCES = {
    Material.Licence.OGL: "Open Government Licence v3.0: you may use and change it if you name the source.",
    Material.Licence.CC_BY: "Creative Commons Attribution 4.0: you may use and change it if you name the author.",
    Material.Licence.RIGHTS: "All rights kept: to read, not to copy or pass on.",
}


def entries(event, materials: list[Material], *, open_file: Callable[[str], BinaryIO], now: dt.datetime) -> list[Entry]:
    """The list first, then each file, each with its accessible copy. Nothing is opened yet."""
    files = [
        (one, kept, ending)
        for one in materials
        for kept, ending in ((one.newest, ""), (one.copy, "-accessible"))
        if kept is not None and kept.file
    ]
    several = timezone.localdate(event.starts_at) != timezone.localdate(event.ends_at)
    names = different(_name(one, kept, ending, several=several) for one, kept, ending in files)
    listed = contents(event, list(zip(names, [one for one, _kept, _ending in files], strict=True)), now=now)
    packed = [
        Entry(f"{event.slug}/{name}", partial(open_file, str(kept.file.name)), kept.sent_at)
        for name, (_one, kept, _ending) in zip(names, files, strict=True)
    ]
    return [Entry(f"{event.slug}/contents.txt", partial(io.BytesIO, listed.encode()), now), *packed]


def _name(material: Material, kept, ending: str, *, several: bool) -> str:
    """“1045-hall-a-four-page-protocol.pdf”; of an event of several days the day first."""
    session = material.session
    parts = [slugify(material.title)[:80]]
    if session is not None:
        start = timezone.localtime(session.starts_at)
        room = slugify(session.track.name)[:30] if session.track_id else ""
        parts = [f"{start:%Y-%m-%d}" if several else "", f"{start:%H%M}", room, *parts]
    if material.kind == Material.Kind.HANDOUT:
        parts.append("handout")
    return "-".join(part for part in parts if part) + f"{ending}.{kept.extension}"


def contents(event, files: list[tuple[str, Material]], *, now: dt.datetime) -> str:
    """What is in it, whose it is, and how it may be used."""
    lines = [event.title, times.span(event.starts_at, event.ends_at, now=now), settings.SITE_NAME, ""]
    lines += ["Each file with how it may be used. You have those that are out, and that you may get.", ""]
    for name, material in files:
        session = material.session
        who = ", ".join(one.name for one in session.speakers.all()) if session else ""
        lines += [name, f"    {material.title}{f', by {who}' if who else ''}"]
        lines += [f"    {LICENCES[Material.Licence(material.licence)]}"]
        lines += [f"    {settings.SITE_URL}{material.get_absolute_url()}", ""]
    return "\r\n".join(lines)
