"""Markdown to safe HTML: the one rendering that posts, previews and mails share."""

import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from typing import cast

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

# Raise when the same Markdown would give other HTML: what is kept of an older one is rendered anew, a little at a time.
RENDERER_VERSION = 2

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "class"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
MENTION = re.compile(r"(?<![\w@/.])@([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)(?![\w@])", re.IGNORECASE)

_parser = (
    MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "typographer": True})
    .enable(["table", "strikethrough", "linkify", "smartquotes"])
    .disable(["html_block", "html_inline"])
)
# Finding bare addresses takes time by the square of a word's length; nobody writes words this long.
_parser_of_long_words = (
    MarkdownIt("commonmark", {"html": False, "breaks": True, "typographer": True})
    .enable(["table", "strikethrough", "smartquotes"])
    .disable(["html_block", "html_inline"])
)
LONG_WORD = re.compile(r"\S{2000}")


def _parser_for(text: str) -> MarkdownIt:
    return _parser_of_long_words if LONG_WORD.search(text) else _parser


def mentioned_handles(text: str) -> set[str]:
    """The handles written as `@handle` outside code, in lower case, whether or not they exist."""
    found: set[str] = set()
    if "@" not in text and "&" not in text:  # it may be written as &commat; too
        return found
    for block in _parser_for(text).parse(text):
        for token in block.children or []:
            if token.type == "text":
                found.update(match.lower() for match in MENTION.findall(token.content))
    return found


def render(text: str, *, link_handles: Iterable[str] = (), person_url: Callable[[str], str] | None = None) -> str:
    """Sanitised HTML of a Markdown text.

    `link_handles` are the mentions that become links (to `person_url(handle)`); others stay words, so
    that a preview tells nobody whether a handle exists. Headings start at h3, below the page's own.
    A picture becomes a link to it, in its own words: shown, a remote one would track its readers.
    """
    known = {handle.lower() for handle in link_handles}
    parser = _parser_for(text)
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        if token.children:
            token.children = _link_pictures(parser, token.children)
        if token.children and known and person_url:
            token.children = _link_mentions(token.children, known, person_url)
    html = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )


def _link_pictures(parser: MarkdownIt, children: list[Token]) -> list[Token]:
    linked: list[Token] = []
    renderer = cast(RendererHTML, parser.renderer)
    depth = 0  # no link within a link
    for token in children:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "image":
            linked.append(token)
            continue
        words = _text(renderer.renderInlineAsText(token.children, parser.options, {}) or "Picture")
        address = str(token.attrGet("src") or "")
        if depth or not address or address.startswith("data:"):
            linked.append(words)
        else:
            linked += [Token("link_open", "a", 1, attrs={"href": address}), words, Token("link_close", "a", -1)]
    return linked


def _link_mentions(children: list[Token], known: set[str], person_url) -> list[Token]:
    linked: list[Token] = []
    depth = 0  # no link within a link
    for token in children:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or depth:
            linked.append(token)
            continue
        last = 0
        for match in MENTION.finditer(token.content):
            if match[1].lower() not in known:
                continue
            linked.append(_text(token.content[last : match.start()]))
            opening = Token("link_open", "a", 1, attrs={"href": person_url(match[1].lower()), "class": "mention"})
            linked += [opening, _text(match[0]), Token("link_close", "a", -1)]
            last = match.end()
        linked.append(_text(token.content[last:]))
    return linked


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def plain(html: str) -> str:
    """The words of rendered HTML on one line: for excerpts, search and mail subjects."""
    import html as entities

    spaced = re.sub(r"<(?:/p|/li|br|/h\d|/tr|/blockquote)[^>]*>", " ", html)
    return " ".join(entities.unescape(nh3.clean(spaced, tags=set())).split())


def excerpt(html: str, length: int = 200) -> str:
    """At most `length` characters of the words of rendered HTML, cut between words."""
    words = plain(html)
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def in_lines(html: str, length: int | None = None) -> str:
    """The words of rendered HTML, with paragraphs, items and quotations as one types them: for what quotes a post.

    Cut between words to `length` characters and an ellipsis.
    """
    liner = _Liner()
    liner.feed(html)
    words = liner.words()
    if length is None or len(words) <= length:
        return words
    cut = re.sub(r"(?<=\S)\s+\S*\Z", "", words[: length + 1]) if re.search(r"\s", words[:length]) else words[:length]
    return re.sub(r"\n[ >]*(?:-|\d+\.)\Z", "", cut[:length]).rstrip(" \n,;:.") + "…"


class _Liner(HTMLParser):
    """Writes what `render` made in lines: each block begins with the marks of the lists and quotations it is in."""

    BLOCKS = frozenset({"p", "h3", "h4", "h5", "h6", "pre", "table"})

    def __init__(self):
        super().__init__()
        self.lines: list[str] = []
        self.line = ""  # what is written of the current line
        self.lists: list[int | None] = []  # the next number of each list around; None for a list without
        self.inside: list[str] = []  # what every line begins with: "> " or the width of a mark
        self.mark = ""  # that of an item which has no words yet
        self.apart = False  # an empty line comes first
        self.cells = 0
        self.keeps_space = False

    def handle_starttag(self, tag, attrs):
        if tag in self.BLOCKS:
            self.apart |= not self.mark
            self.keeps_space = tag == "pre"
        elif tag in {"ul", "ol"}:
            self._end()
            self.apart |= not self.lists
            start = dict(attrs).get("start") or "1"
            self.lists.append(int(start) if tag == "ol" else None)
        elif tag == "li":
            number = self.lists[-1]
            self.mark = "- " if number is None else f"{number}. "
            self.inside.append(" " * len(self.mark))
            if number is not None:
                self.lists[-1] = number + 1
        elif tag == "blockquote":
            self._end()
            self.apart = True
            self.inside.append("> ")
        elif tag == "br":
            self._end()
        elif tag == "tr":
            self.cells = 0
        elif tag in {"td", "th"}:
            self.line = self.line.rstrip() + (", " if self.cells else "")
            self.cells += 1

    def handle_endtag(self, tag):
        if tag in {*self.BLOCKS, "li", "tr"}:
            self._end()
        if tag in {"ul", "ol"}:
            self.lists.pop()
            self.apart |= not self.lists
        elif tag in {"li", "blockquote"}:
            self.inside.pop()
            self.mark = ""
            self.apart |= tag == "blockquote"
        elif tag == "pre":
            self.keeps_space = False

    def handle_data(self, data):
        if self.keeps_space:
            *ended, data = data.split("\n")
            for line in ended:
                self.line += line
                self._end()
            self.line += data
        else:
            self.line += re.sub(r"\s+", " ", data) if self.line else re.sub(r"\s+", " ", data).lstrip()

    def _end(self):
        line, self.line = self.line.rstrip(), ""
        if not line:
            return
        inside = "".join(self.inside)
        if self.apart and self.lines:
            self.lines.append(inside.rstrip() if self.lines[-1].startswith(inside) and ">" in inside else "")
        self.lines.append((inside[: -len(self.mark)] + self.mark if self.mark else inside) + line)
        self.apart, self.mark = False, ""

    def words(self) -> str:
        self._end()
        return "\n".join(self.lines).strip()
