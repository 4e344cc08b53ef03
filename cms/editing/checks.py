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
    found = [*_acronyms(draft.texts), *_sentences(draft.texts), *_pictures(draft), *_links(draft)]
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
    return draft


def _is_words(field) -> bool:
    seen = {"title", "summary", "intro", "headline", "supersedes_note", "next_title", "next_text"}
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
    known = glossary.words()
    explained: set[str] = set()
    for text in texts:
        for match in _ACRONYM.finditer(text):
            short = match.group().removesuffix("s")
            if short in explained or short in KNOWN or _ROMAN.fullmatch(short) or known.term_of(short) is not None:
                continue
            explained.add(short)  # said once, here or by the finding
            if not _spelled_out(text, match):
                words = f"“{short}” is not in the glossary, and nothing says what it means before it is first used."
                yield Finding("acronym", words)


def _spelled_out(text: str, match: re.Match) -> bool:
    """“impact assessment (IA)” or “IA (impact assessment)”: the words beside it in brackets have its letters."""
    before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
    letters = re.sub(r"[^A-Z]", "", match.group().removesuffix("s"))
    if before.endswith("(") and after.startswith(")"):
        return _fits(before[:-1].split()[-2 * len(letters) - 1 :], letters, from_end=True)
    if after.startswith("("):
        return _fits(after[1:].split(")")[0].split(), letters, from_end=False)
    return False


def _fits(words: list[str], letters: str, *, from_end: bool) -> bool:
    initials = "".join(word[0].upper() for word in re.findall(r"[\w’']+", " ".join(words)))
    big = "".join(word[0].upper() for word in re.findall(r"[\w’']+", " ".join(words)) if word.lower() not in _SMALL)
    if from_end:
        return initials.endswith(letters) or big.endswith(letters)
    return initials.startswith(letters) or big.startswith(letters)


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
