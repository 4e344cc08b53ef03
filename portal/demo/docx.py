"""Writes a Word document from the demo's blocks: plain WordprocessingML in a zip, the same bytes each time."""

import io
import zipfile
from html.parser import HTMLParser
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PAGE_WIDTH = 9638  # twentieths of a point between the margins of an A4 page


def document(title: str, blocks: list[dict]) -> bytes:
    """The bytes of a .docx with a title and these blocks."""
    body = _paragraph(title, style="Title") + "".join(_block(block) for block in blocks)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELS,
        "docProps/core.xml": _CORE.format(title=escape(title)),
        "word/_rels/document.xml.rels": _DOCUMENT_RELS,
        "word/document.xml": f"{_HEAD}<w:document {_W}><w:body>{body}{_SECTION}</w:body></w:document>",
        "word/numbering.xml": _NUMBERING,
        "word/styles.xml": _STYLES,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(
                zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0)), text.encode(), zipfile.ZIP_DEFLATED
            )
    return file.getvalue()


def _block(block: dict) -> str:
    kind = block["type"]
    if kind == "heading":
        return _paragraph(block["text"], style="Heading1")
    if kind in {"note", "warning", "contact"}:
        return _paragraph(block["text"], style="Note")
    if kind == "quote":
        return _paragraph(f"“{block['text']}” {block['who']}", style="Note")
    if kind in {"checklist", "steps"}:
        number = 3 if kind == "checklist" else 2
        title = _paragraph(block["title"], style="Heading2") if block.get("title") else ""
        return title + "".join(_paragraph(item, list_number=number) for item in block["items"])
    if kind == "table":
        return _table(block)
    if kind == "text":
        reader = _Paragraphs()
        reader.feed(block["html"])
        return "".join(reader.made)
    raise ValueError(f"a document can't hold a block of type {kind!r}")


class _Paragraphs(HTMLParser):
    """The paragraphs and list items of simple HTML as paragraphs of the document, with bold and italic words."""

    LISTS = {"ul": 1, "ol": 2}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.made: list[str] = []
        self._runs: list[str] = []
        self._lists: list[str] = []
        self._marks: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in self.LISTS:
            self._lists.append(tag)
        elif tag in {"b", "strong", "i", "em"}:
            self._marks.append("b" if tag in {"b", "strong"} else "i")
        elif tag == "br":
            self._runs.append("<w:r><w:br/></w:r>")

    def handle_endtag(self, tag):
        if tag in self.LISTS and self._lists:
            self._lists.pop()
        elif tag in {"b", "strong", "i", "em"} and self._marks:
            self._marks.pop()
        elif tag in {"p", "li"} and self._runs:
            number = self.LISTS[self._lists[-1]] if tag == "li" and self._lists else 0
            self.made.append(_wrapped("".join(self._runs), list_number=number))
            self._runs = []

    def handle_data(self, data):
        if data.strip():
            self._runs.append(_run(" ".join(data.split("\n")), self._marks))


def _run(text: str, marks=()) -> str:
    properties = "".join(f"<w:{mark}/>" for mark in sorted(set(marks)))
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _wrapped(runs: str, *, style: str = "", list_number: int = 0) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_number:
        properties += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_number}"/></w:numPr>'
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{runs}</w:p>"


def _paragraph(text: str, **options) -> str:
    return _wrapped(_run(text), **options)


def _table(block: dict) -> str:
    """A table with its caption above and its head repeated on every page."""
    width = PAGE_WIDTH // len(block["head"])
    grid = f'<w:gridCol w:w="{width}"/>' * len(block["head"])
    head = "".join(_cell(_wrapped(_run(words, ["b"])), width, shade=True) for words in block["head"])
    rows = "".join(f"<w:tr>{''.join(_cell(_paragraph(words), width) for words in row)}</w:tr>" for row in block["rows"])
    caption = _paragraph(block["caption"], style="Caption") if block.get("caption") else ""
    return (
        f'{caption}<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{PAGE_WIDTH}" w:type="dxa"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>{_wrapped('')}"
    )


def _cell(paragraph: str, width: int, *, shade: bool = False) -> str:
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="E7ECE5"/>' if shade else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>{paragraph}</w:tc>'


_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_TYPE}.numbering+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_DOCUMENT_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/numbering" Target="numbering.xml"/>'
    "</Relationships>"
)
_CORE = (
    f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:language>en-GB</dc:language>'
    "</cp:coreProperties>"
)
_SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)


def _list(number: int, kind: str, mark: str) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{mark}"/><w:pPr><w:ind w:left="567" w:hanging="425"/></w:pPr></w:lvl></w:abstractNum>'
    )


_NUMBERING = (
    f"{_HEAD}<w:numbering {_W}>"
    + _list(1, "bullet", "•") + _list(2, "decimal", "%1.") + _list(3, "bullet", "☐")
    + "".join(f'<w:num w:numId="{one}"><w:abstractNumId w:val="{one}"/></w:num>' for one in (1, 2, 3))
    + "</w:numbering>"
)  # fmt: skip


def _style(
    name: str, title: str, size: int, room: tuple[int, int], *, run: str = "", first: str = "", last: str = ""
) -> str:
    """A paragraph style; `size` in half points, the `room` before and after in twentieths of a point.

    `run` marks its letters; `first` and `last` are what stands before and after the room: Word minds the order.
    """
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/><w:basedOn w:val="Normal"/>'
        f'<w:pPr>{first}<w:spacing w:before="{room[0]}" w:after="{room[1]}"/>{last}</w:pPr>'
        f'<w:rPr>{run}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A968E"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_STYLES = (
    f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/><w:lang w:val="en-GB"/>'
    '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr>'
    '</w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style>'
    + _style("Title", "Title", 40, (0, 240), run="<w:b/>", first="<w:keepNext/>")
    + _style("Heading1", "heading 1", 28, (320, 120), run="<w:b/>", first="<w:keepNext/>",
             last='<w:outlineLvl w:val="0"/>')
    + _style("Heading2", "heading 2", 24, (240, 80), run="<w:b/>", first="<w:keepNext/>",
             last='<w:outlineLvl w:val="1"/>')
    + _style("Caption", "caption", 20, (200, 80), run="<w:i/>", first="<w:keepNext/>")
    + _style("Note", "Note", 20, (80, 160), first='<w:shd w:val="clear" w:color="auto" w:fill="E7ECE5"/>')
    + '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    f"{_BORDERS}</w:tblBorders><w:tblCellMar><w:left w:w=\"85\" w:type=\"dxa\"/><w:right w:w=\"85\" w:type=\"dxa\"/>"
    "</w:tblCellMar></w:tblPr></w:style></w:styles>"
)  # fmt: skip
