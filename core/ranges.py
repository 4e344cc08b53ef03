"""Range requests for one file: which bytes are asked for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=[ \t]*(\d{0,19})-(\d{0,19})[ \t]*", re.ASCII | re.IGNORECASE)


class NotThere(Exception):
    """The range lies outside the file: 416."""


@dataclass(frozen=True)
class Range:
    """Bytes `first` to `last`, both counted in, of a file."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def header(self, size: int) -> str:
        return f"bytes {self.first}-{self.last}/{size}"


def read(header: str, size: int) -> Range | None:
    """The range that a Range header asks for of a file of `size` bytes; None: all of it.

    Several ranges, other units and nonsense ask for all of it: a server may always answer so. Raises NotThere.
    """
    found = _ONE.fullmatch(header.strip())
    if not found or found.group(0) == "" or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":  # the last so many bytes
        wanted = min(int(last), size)
        if wanted == 0:
            raise NotThere
        return Range(size - wanted, size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotThere
    return Range(int(first), min(int(last), size - 1) if last else size - 1)
