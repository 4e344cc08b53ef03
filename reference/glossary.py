"""Explaining words of the field where they are used: a tooltip and a link on the first use of each term."""

import re
import threading
import time
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core import caching
from reference.models import Term
from reference.synonyms import is_short_form, synonyms

# Where no explanation goes: links, headings, code, what belongs to a form, and what has one already.
SKIPPED = frozenset(
    [
        "a",
        "abbr",
        "button",
        "caption",
        "code",
        "dfn",
        "fieldset",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "kbd",
        "label",
        "legend",
        "math",
        "option",
        "pre",
        "samp",
        "script",
        "select",
        "style",
        "summary",
        "svg",
        "textarea",
        "th",
        "title",
    ]
)
KEPT = 60  # seconds that compiled words are believed: another process without a shared cache may have changed them

# Tags as a sanitiser writes them: attribute values in quotes may hold “>”.
_TAG = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^'"<>])*+>""")
_NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
_EXPLAINED = re.compile(r"""\sclass\s*=\s*["']?[^"'>]*\bterm\b""")
# A word with a capital right before or after, but for those that only begin a sentence.
_NAME_GOES_ON = re.compile(r"\s+[A-Z][a-z]")
_NAME_BEFORE = re.compile(
    r"(?<![\w])(?!(?:The|An?|Our|Your|Their|Its|This|That|These|Each|Every|Any|All|No|Is|Are|Does?|See|Read|Use|Ask|In|On|"
    r"For|With|Under|By|If|When|What|Which|Who|Why|How|And|But|Or)\s)[A-Z][a-z]+\s+$"
)
_APOSTROPHE = "(?:’|'|&#x27;|&#39;|&rsquo;)"


@dataclass(frozen=True)
class Words:
    """Every name of every term, compiled: `pattern` finds them, `exact` and `folded` say whose name it is."""

    pattern: re.Pattern | None = None
    exact: dict[str, int] = field(default_factory=dict)
    folded: dict[str, int] = field(default_factory=dict)
    tips: dict[int, tuple[str, str, str]] = field(default_factory=dict)  # id → name, address, definition
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)  # see reference.synonyms
    short_forms: dict[str, str] = field(default_factory=dict)  # {"gdpr": "GDPR"}

    def term_of(self, text: str) -> int | None:
        """The id of the term that `text` names, in the singular or the plural."""
        text = " ".join(_unescaped(text).split())
        for name in (text, text.removesuffix("s")):
            if name in self.exact:
                return self.exact[name]
        small = text.casefold()
        for name in (small, small.removesuffix("s"), re.sub("ies$", "y", small)):
            if name in self.folded:
                return self.folded[name]
        return None


_lock = threading.Lock()
_kept: tuple[str, float, Words] | None = None


def words() -> Words:
    """The glossary compiled: once for each version of it. One read of the cache; a query when it has changed."""
    global _kept
    version = _version()
    kept = _kept
    if kept and kept[0] == version and kept[1] > time.monotonic():
        return kept[2]
    with _lock:
        made = compiled(Term.objects.for_glossary())
        _kept = (version, time.monotonic() + KEPT, made)
    return made


def _version() -> str:
    try:
        return next(iter(caching.versions_of(["glossary"]).values()))
    except Exception:  # the cache is a comfort: without it the words are compiled now and then
        return ""


def compiled(terms) -> Words:
    """Words of `terms`, which come with their `other_names`."""
    exact: dict[str, int] = {}
    folded: dict[str, int] = {}
    tips = {}
    for term in terms:
        tips[term.pk] = (term.term, term.get_absolute_url(), term.definition)
        folded.setdefault(_plain(term.term).casefold(), term.pk)
        if term.short_form:
            exact.setdefault(_plain(term.short_form), term.pk)
    for term in terms:  # a term's own name goes before what another is also called
        for other in term.other_names.all():
            if other.everyday:
                continue
            if is_short_form(other.name):
                exact.setdefault(_plain(other.name), term.pk)
            else:
                folded.setdefault(_plain(other.name).casefold(), term.pk)
    short_forms = {term.short_form.lower(): term.short_form for term in terms if term.short_form}
    return Words(_pattern(exact, folded), exact, folded, tips, synonyms(terms), short_forms)


def titled(name: str) -> str:
    """A name in small letters as a title: “housing” → “Housing”, and “gdpr” → “GDPR”, as the glossary writes it."""
    return words().short_forms.get(name, name[:1].upper() + name[1:])


def is_everyday(name: str) -> bool:
    """“owner”, “host”, “out of date”: says too little by itself to be explained wherever it stands."""
    words = name.split()
    if is_short_form(name) or not all(word.isalpha() for word in words):
        return False
    if any(len(word) > 1 and word.isupper() for word in words):  # “UK GDPR”
        return False
    return len(words) == 1 or all(len(word) <= 4 for word in words)


def _pattern(exact: dict[str, int], folded: dict[str, int]) -> re.Pattern | None:
    if not exact and not folded:
        return None
    small = "|".join(_spelt(name, plural=True) for name in _longest_first(folded)) or "(?!)"
    short = "|".join(_spelt(name) for name in _longest_first(exact)) or "(?!)"
    return re.compile(rf"(?<![\w&#/@.-])(?:(?i:{small})|(?:{short})s?)(?![\w@/]|[-.]\w)")


def _longest_first(names) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _spelt(name: str, *, plural: bool = False) -> str:
    """A name as a pattern: any white space between words, either apostrophe, escaped as HTML, one or many."""
    spelt = r"\s+".join(re.escape(escape(word)) for word in name.split(" "))
    spelt = spelt.replace(re.escape("&#x27;"), _APOSTROPHE).replace("’", _APOSTROPHE)
    if not plural:
        return spelt
    if re.search("[^aeiou]y$", name):
        return f"{spelt[:-1]}(?:y|ies)"
    return f"{spelt}s?"


def _plain(name: str) -> str:
    return " ".join(name.replace("’", "'").split())


def _unescaped(text: str) -> str:
    """A matched text as `_plain` spells names."""
    for sign in ("&#x27;", "&#39;", "&rsquo;", "’"):
        text = text.replace(sign, "'")
    return text.replace("&amp;", "&")


def explain(html: str, used: set[int] | None = None) -> SafeString:
    """Sanitised HTML with a tooltip and a link on the first use of each term; its words stay as they are.

    Short forms (“ISP”) only count in just their letters, names in any case; both also in the plural.
    Nothing is put into links, headings, code or forms. `used` holds the ids of terms explained already and
    is added to: share one set between the parts of a page.
    """
    known = words()
    if known.pattern is None or not html:
        return mark_safe(html)
    used = set() if used is None else used
    out: list[str] = []
    skipped, depth, end = "", 0, 0
    for tag in _TAG.finditer(html):
        text = html[end : tag.start()]
        out += (text if skipped else _explained(text, known, used), tag[0])
        end = tag.end()
        skipped, depth = _after(tag[0], skipped, depth)
    out.append(html[end:] if skipped else _explained(html[end:], known, used))
    return mark_safe("".join(out))


def _after(tag: str, skipped: str, depth: int) -> tuple[str, int]:
    """Which element we skip after a tag, and how many of its name stand inside each other."""
    name = _NAME.match(tag)
    if name is None or tag.endswith("/>"):
        return skipped, depth
    element, closes = name[1].lower(), tag.startswith("</")
    if skipped:
        depth += 0 if element != skipped else -1 if closes else 1
        return (skipped, depth) if depth else ("", 0)
    if not closes and (element in SKIPPED or _EXPLAINED.search(tag)):
        return element, 1
    return "", 0


def _explained(text: str, known: Words, used: set[int]) -> str:
    if not text or text.isspace():
        return text

    def tip(match: re.Match) -> str:
        term = known.term_of(match[0])
        if term is None or term in used or _in_a_name(match):
            return match[0]
        used.add(term)
        return _marked(match[0], term, known)

    return known.pattern.sub(tip, text)


def _in_a_name(match: re.Match) -> bool:
    """Whether what was found is part of a longer name: “Essex Information Sharing Framework”, “Data Protection Act”."""
    said = match[0].split()
    if not all(word[0].isupper() and not word.isupper() for word in said):
        return False
    if _NAME_GOES_ON.match(match.string, match.end()):
        return True
    return len(said) > 1 and _NAME_BEFORE.search(match.string[max(match.start() - 40, 0) : match.start()]) is not None


def _marked(said: str, term: int, known: Words) -> str:
    name, url, definition = known.tips[term]
    meaning: str = escape(definition)
    if said.casefold().removesuffix("s") != name.casefold().removesuffix("s"):
        meaning = f"<b>{escape(name)}.</b> {meaning}"
    return (
        f'<span class="term"><a class="term__word" href="{escape(url)}" aria-describedby="term-{term}">{said}</a>'
        f'<span class="term__tip" id="term-{term}" role="tooltip">{meaning}</span></span>'
    )
