"""What a file is, by what is in it: a name says nothing."""

import lzma
import zipfile
import zlib
from typing import BinaryIO

# The part of a zipped document that says which kind it is.
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
OPEN = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
LOOKED_AT = 1_000_000  # bytes of a text
MACROS = ("vbaProject.bin", "Basic/script-lc.xml")  # where each kind of office keeps its programs


class NotWhatItSays(Exception):
    """A file's content is not what its name says; the message is for people."""


def check(file: BinaryIO, extension: str) -> None:
    """Raise NotWhatItSays unless the content of `file` is of the kind that `extension` ("docx") names.

    Unknown extensions are refused too. The file is left at its beginning.
    """
    try:
        file.seek(0)
        _check(file, extension.lower())
    finally:
        file.seek(0)


def _check(file: BinaryIO, extension: str) -> None:
    refusal = NotWhatItSays(f"This file is called .{extension[:10]}, but what is in it is something else.")
    if extension == "pdf":
        if b"%PDF-" not in file.read(1024):
            raise refusal
    elif extension in {"txt", "csv"}:
        if not _is_text(file.read(LOOKED_AT)):
            raise refusal
    elif extension == "zip" or extension in OFFICE or extension in OPEN:
        _check_zip(file, extension, refusal)
    else:
        raise refusal


# What `zipfile` raises for a file that it can't read: no zip at all, a part that is named but missing, sizes that lie,
# a way of packing that it does not know or a part that is locked by a password (both a kind of RuntimeError).
UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, EOFError, OSError)


def _is_text(start: bytes) -> bool:
    """No null bytes, and nothing a browser would take for a page, or a viewer for a document."""
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"\0" not in start and not head.startswith((b"<", b"%pdf", b"pk\x03\x04"))


def _check_zip(file: BinaryIO, extension: str, refusal: NotWhatItSays) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            names = set(packed.namelist())
            if any(name.endswith(MACROS) for name in names):
                raise NotWhatItSays("This file has macros in it. Save it without them first.")
            if extension in OFFICE and OFFICE[extension] not in names:
                raise refusal
            if extension in OPEN and packed.open("mimetype").read(80) != OPEN[extension]:
                raise refusal
    except UNREADABLE:
        raise refusal from None
