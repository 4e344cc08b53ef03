"""What an editor had better look at before publishing: words nobody explained, long sentences, pictures, links.

Everything here reads the draft and the database; no address of another site is ever fetched.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField

from cms.editing import links
from horizon.models import BriefingPage
from reference import glossary

MOST_WORDS = 30  # in a sentence
SHOWN = 90  # letters of what is quoted back
# Capitals that everybody reads, numbers of paragraphs, and sizes of paper.
KNOWN = frozenset(
    "AA AM BBC CD DVD EU GP ID IT MP NHS OK PC PDF PM TV UK URL US USA VAT A3 A4 A5".split()  # noqa: SIM905
)
_ACRONYM = re.compile(r"(?<![\w.@/-])[A-Z](?:[A-Z0-9]|&(?=[A-Z])){1,5}(?:s(?!\w))?(?![\w@])")
_ROMAN = re.compile(r"[IVXLC]+")
_BLOCKS = "p li h1 h2 h3 h4 h5 h6 td th br div blockquote dt dd figcaption"
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z“\"‘(0-9])")
_SMALL = frozenset(["a", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"])


@dataclass(frozen=True)
class Finding:
    """One thing to look at: its `kind` (a key of KINDS), and what is said of it in plain words."""

    kind: str
    words: str


KINDS = {
    "acronym": "Short forms nobody explained",
    "sentence": "Long sentences",
    "picture": "Pictures without a description",
    "link": "Links that lead nowhere",
    "gap": "What readers would miss",
}


@dataclass
class Draft:
    """What a page says, taken apart: running texts in reading order, links, and how many pictures lack words."""

    texts: list[str]
    links: list[links.Link]
    wordless: int = 0


class _Reader(HTMLParser):
    """Running text and links of a piece of rich text; ends of blocks become line ends."""

    def __init__(self, draft: Draft):
        super().__init__(convert_charrefs=True)
        self.draft, self.text, self.open = draft, [], None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a":
            self.open = (given, [])
        elif tag == "embed" and given.get("embedtype") == "image" and not (given.get("alt") or "").strip():
            self.draft.wordless += 1
        if tag in _BLOCKS.split():
            self.text.append("\n")

    def handle_endtag(self, tag):
        if tag == "a" and self.open:
            given, words = self.open
            self.draft.links.append(links.Link.of(given, "".join(words).strip()))
            self.open = None
        if tag in _BLOCKS.split():
            self.text.append("\n")

    def handle_data(self, data):
        self.text.append(data)
        if self.open:
            self.open[1].append(data)


def check(page) -> list[Finding]:
    """Everything worth a look in what `page` (a draft, saved or not) says now; kinds in the order of KINDS."""
    draft = taken_apart(page)
    found = [*_acronyms(draft.texts), *_sentences(draft.texts), *_pictures(draft), *_links(draft), *_gaps(page)]
    return list(dict.fromkeys(found))


def by_kind(findings: list[Finding]) -> list[tuple[str, list[Finding]]]:
    """Grouped under the titles of KINDS, without those that found nothing."""
    groups = [(title, [one for one in findings if one.kind == kind]) for kind, title in KINDS.items()]
    return [(title, group) for title, group in groups if group]


def taken_apart(page) -> Draft:
    """The texts, links and pictures of every field that readers see."""
    draft = Draft([], [])
    for field in page._meta.get_fields():
        if isinstance(field, (StreamField, RichTextField)) or _is_words(field):
            _take(getattr(page, field.name), draft, rich=not _is_words(field))
    if isinstance(page, BriefingPage):
        _take(page.words_beside(), draft, rich=False)
        draft.links += [links.Link.of({"href": address}, words) for address, words in page.addresses_beside()]
    return draft


def _is_words(field) -> bool:
    seen = {
        "title", "summary", "intro", "headline", "supersedes_note", "next_title", "next_text",
        "chance", "threat", "no_action", "confidence_why",
    }  # fmt: skip
    return isinstance(field, (models.CharField, models.TextField)) and field.name in seen


def _take(value, draft: Draft, *, rich: bool = True) -> None:
    for text in _strings(value, draft):
        if rich and "<" in text:
            reader = _Reader(draft)
            reader.feed(text)
            reader.close()
            text = "".join(reader.text)
        draft.texts.extend(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


def _strings(value, draft: Draft) -> Iterator[str]:
    """Every text in a block's stored value; on the way, pictures without words are counted."""
    if isinstance(value, StreamValue):
        value = list(value.raw_data)
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        _look_at_picture(value, draft)
        for key, part in value.items():
            if key in {"url", "link", "href"} and isinstance(part, str):
                draft.links.append(links.Link.of({"href": part}, part))
            elif key not in {"id", "type", "alt_text", "alt"}:
                yield from _strings(part, draft)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, draft)


def _look_at_picture(value: dict, draft: Draft) -> None:
    if "image" not in value or not value["image"] or value.get("decorative"):
        return
    words = value.get("alt_text", value.get("alt", ""))
    if not str(words or "").strip():
        draft.wordless += 1


def _acronyms(texts: list[str]) -> Iterator[Finding]:
    """Short forms that neither the glossary nor any place of the page explains."""
    known = glossary.words()
    used: dict[str, bool] = {}
    for text in texts:
        named = [match.span() for match in known.pattern.finditer(text)] if known.pattern else []
        for match in _ACRONYM.finditer(text):
            short = match.group().removesuffix("s")
            in_a_term = any(start <= match.start() < end for start, end in named)
            if in_a_term or short in KNOWN or _ROMAN.fullmatch(short) or known.term_of(short) is not None:
                continue
            used[short] = used.get(short, False) or _spelled_out(text, match)
    for short in (short for short, explained in used.items() if not explained):
        yield Finding("acronym", f"“{short}” is not in the glossary, and nothing on the page says what it means.")


def _spelled_out(text: str, match: re.Match) -> bool:
    """“impact assessment (IA)”, “IA (impact assessment)”, “IA means …”: the words beside it have its letters."""
    letters = re.sub(r"[^A-Z]", "", match.group().removesuffix("s"))
    before, after = _INTO.search(text[: match.start()]), _OUT_OF.match(text[match.end() :])
    return (before is not None and _ends(text[: before.start()], letters)) or (
        after is not None and _begins(text[match.end() + after.end() :], letters)
    )


# What stands between the words and their short form: “… (the UK ”, “…, or ”; and after it: “ (”, “ means ”, “: ”.
_INTO = re.compile(r"\s*(?:\((?:[^\W_]+\s+){0,2}|,?\s+or\s+|,?\s+known as\s+)[\"“‘']?$")
_OUT_OF = re.compile(
    r"[\"”’']?\s*(?:\(|[:,–—]\s+|-\s+|,?\s+or\s+|(?:means?|stands for|is short for)\s+)(?:the\s+|an?\s+)?[\"“‘']?"
)
_WORD = re.compile(r"[\w’']+")


def _ends(words: str, letters: str) -> bool:
    """Whether the last of these words have the letters, each its own; small words may go without."""
    said = _WORD.findall(words)[-2 * len(letters) - 1 :]
    return any(_pattern(said[start:]).fullmatch(letters) for start in range(len(said)))


def _begins(words: str, letters: str) -> bool:
    """As `_ends`, for the first of these words."""
    said = _WORD.findall(re.split(r"[).;]", words, maxsplit=1)[0])[: 2 * len(letters) + 1]
    return any(_pattern(said[:end]).fullmatch(letters) for end in range(1, len(said) + 1))


def _pattern(words: list[str]) -> re.Pattern:
    return re.compile("".join(re.escape(word[0].upper()) + "?" * (word.lower() in _SMALL) for word in words))


def _sentences(texts: list[str]) -> Iterator[Finding]:
    for text in texts:
        for sentence in _END.split(text):
            count = len(sentence.split())
            if count > MOST_WORDS:
                start = sentence if len(sentence) <= SHOWN else sentence[:SHOWN].rsplit(" ", 1)[0] + "…"
                yield Finding("sentence", f"{count} words: “{start}” Make two or three of it.")


def _pictures(draft: Draft) -> Iterator[Finding]:
    if draft.wordless:
        many = f"{draft.wordless} pictures have" if draft.wordless > 1 else "A picture has"
        yield Finding("picture", f"{many} no description. Say in words what it shows, or mark it as decoration.")


def _links(draft: Draft) -> Iterator[Finding]:
    host = urlsplit(settings.SITE_URL).netloc
    for link, why in links.broken(draft.links, host=host):
        yield Finding("link", f"“{html.unescape(link.words)[:SHOWN] or link.shown()}”: {why}")


def _gaps(page) -> Iterator[Finding]:
    """What a briefing would leave its readers without."""
    if isinstance(page, BriefingPage):
        for words in page.worth_a_look():
            yield Finding("gap", words)
