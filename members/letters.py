"""The HTML twin of a mail, made of its text: so that both always say the same."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_CODE = re.compile(r" {4}\S{4,12}")
SHORT = 70  # letters: a line that is no longer ends where it ends; a longer one goes on in the next

# What the button of an address says, by the name of its page; any other says “Open the page”.
LABELS = {
    "account_request_login_code": "Get a code to sign in",
    "account_reset_password": "Choose a new password",
    "account_reset_password_from_key": "Choose a new password",
    "account_signup": "Join",
    "forum:thread-list": "Go to the forum",
    "members:change-organisation": "Say where you work",
}


@dataclass(frozen=True)
class Part:
    """A part of a mail: kind "words", "quote" (set in by its writer), "code" (to be typed) or "link" (an address)."""

    kind: str
    text: str

    @property
    def html(self) -> SafeString:
        """Its words escaped, with links."""
        return _linked(self.text)

    @property
    def label(self) -> str:
        """What the button of a link says."""
        try:
            return LABELS.get(resolve(urlsplit(self.text).path).view_name, "Open the page")
        except Resolver404:
            return "Open the page"


def html_of(subject: str, text: str) -> str:
    """The whole mail as HTML. Its last paragraph, who writes, stands at the foot."""
    *paragraphs, last = re.split(r"\n\s*\n", text.strip("\n")) or [""]
    parts = [part for paragraph in paragraphs for part in parts_of(paragraph)]
    context = {
        "subject": subject, "parts": parts, "foot": _linked(last),
        "site_name": settings.SITE_NAME, "partnership": settings.PARTNERSHIP_NAME,
    }  # fmt: skip
    return render_to_string("members/email/letter.html", context)


def parts_of(paragraph: str) -> list[Part]:
    """The parts of one paragraph: an address that stands alone in its line is a part of its own."""
    lines = paragraph.split("\n")
    if all(line.startswith("    ") for line in lines):
        kind = "code" if len(lines) == 1 and _CODE.fullmatch(lines[0]) else "quote"
        return [Part(kind, "\n".join(line.strip() for line in lines))]
    parts: list[Part] = []
    for line in lines:
        if _ADDRESS.fullmatch(line.strip()):
            parts.append(Part("link", line.strip()))
        elif parts and parts[-1].kind == "words":
            parts[-1] = Part("words", f"{parts[-1].text}\n{line}")
        else:
            parts.append(Part("words", line))
    return [part for part in parts if part.text.strip()]


def _linked(text: str) -> SafeString:
    """Words with their addresses as links; lines stay apart where they were ended on purpose."""
    lines = [_line(line) for line in text.split("\n")]
    joints = ["<br>" if len(line) <= SHORT else " " for line in text.split("\n")[:-1]] + [""]
    return mark_safe("".join(line + joint for line, joint in zip(lines, joints, strict=True)))


def _line(line: str) -> str:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        pieces += [
            escape(line[end : found.start()]),
            format_html('<a href="{0}" style="color:#14506a">{0}</a>', found[0]),
        ]
        end = found.end()
    return "".join([*pieces, escape(line[end:])])
