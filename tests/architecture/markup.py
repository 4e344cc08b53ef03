"""What is wrong with a page's markup: a small checker over html5lib's strict parse."""

import itertools
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E

NEEDS_A_LABEL = {"input", "select", "textarea"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "form")


def troubles(html: str, *, tokens: bool = True) -> list[str]:
    """Every trouble found in a whole page, in words; an empty list for a good one.

    `tokens=False` for a page whose forms are only there to be looked at.
    """
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(html)
    found = [_parse_error(position, code, values) for position, code, values in parser.errors]
    for check in (_once, _ids, _references, _labels, _names, _headings, _forms, _pictures):
        found += check(root)
    if tokens:
        found += _tokens(root)
    if root.get("lang") != "en-GB":
        found.append("the page does not say its language")
    return found


def _parse_error(position, code, values) -> str:
    return f"line {position[0]}: {E.get(code, code) % values}"


def _once(root: Element) -> list[str]:
    counts = Counter(element.tag for element in root.iter() if isinstance(element.tag, str))
    found = [f"{counts[tag]} <{tag}> instead of one" for tag in ("main", "h1") if counts[tag] != 1]
    title = root.find("head/title")
    if title is None or not (title.text or "").strip():
        found.append("no title")
    return found


def _ids(root: Element) -> list[str]:
    counts = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    return [f"id “{name}” {count} times" for name, count in counts.items() if count > 1]


def _references(root: Element) -> list[str]:
    ids = {element.get("id") for element in root.iter()}
    found = []
    for element in root.iter():
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    found.append(f"{attribute}=“{name}” names nothing")
        href = element.get("href") or ""
        if element.tag == "a" and href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            found.append(f"a link to “{href}”, which is not there")
    return found


def _labels(root: Element) -> list[str]:
    labelled = {element.get("for") for element in root.iter("label")}
    inside = {control for label in root.iter("label") for control in label.iter() if control.tag in NEEDS_A_LABEL}
    found = []
    for element in root.iter():
        if element.tag not in NEEDS_A_LABEL or element.get("type") in NEEDS_NO_LABEL:
            continue
        named = element.get("aria-label") or element.get("aria-labelledby")
        if not (named or element.get("id") in labelled or element in inside):
            found.append(f"no label for <{element.tag} name={element.get('name')!r}>")
    return found


def _names(root: Element) -> list[str]:
    """Links and buttons say where they lead."""
    found = []
    for element in root.iter():
        if element.tag in {"a", "button"} and not (_words(element) or element.get("aria-label")):
            found.append(f"a <{element.tag}> without words ({element.get('href') or element.get('class')})")
    return found


def _words(element: Element) -> str:
    words = "".join(element.itertext()).strip()
    pictures = [part.get("alt") or part.get("aria-label") or "" for part in element.iter()]
    return words + "".join(pictures).strip()


def _headings(root: Element) -> list[str]:
    levels = [int(element.tag[1]) for element in root.iter() if element.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]
    return [
        f"h{after} straight after h{before}" for before, after in itertools.pairwise(levels)
        if after > before + 1
    ]  # fmt: skip


def _forms(root: Element) -> list[str]:
    return ["a form in a form" for form in root.iter("form") if any(inner is not form for inner in form.iter("form"))]


def _tokens(root: Element) -> list[str]:
    """A form that changes something carries one token; a search form carries none."""
    found = []
    for form in root.iter("form"):
        count = sum(field.get("name") == "csrfmiddlewaretoken" for field in form.iter("input"))
        if count != ((form.get("method") or "get").lower() == "post"):
            found.append(f"{count} tokens in the form to {form.get('action')!r}")
    return found


def _pictures(root: Element) -> list[str]:
    return [f"no alt on {element.get('src')}" for element in root.iter("img") if element.get("alt") is None]
