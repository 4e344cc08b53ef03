"""The blocks that the pages of every app may hold, in the order of the menu."""

from core.blocks.chart import ChartBlock
from core.blocks.checklist import ChecklistBlock
from core.blocks.contact import ContactBlock
from core.blocks.dos import DosBlock
from core.blocks.download import DownloadBlock
from core.blocks.heading import HeadingBlock
from core.blocks.image import ImageFigureBlock
from core.blocks.note import NoteBlock
from core.blocks.quote import QuoteBlock
from core.blocks.steps import StepsBlock
from core.blocks.table import TableBlock
from core.blocks.text import TextBlock
from core.blocks.warning import WarningBlock

WORDS, JOINS, PICTURES = "Words", "Joined to the rest", "Pictures and facts"


def word_blocks() -> list[tuple[str, object]]:
    """Running text and what is set apart from it."""
    return [
        ("text", TextBlock(group=WORDS)),
        ("heading", HeadingBlock(group=WORDS)),
        ("quote", QuoteBlock(group=WORDS)),
        ("note", NoteBlock(group=WORDS)),
        ("warning", WarningBlock(group=WORDS)),
        ("steps", StepsBlock(group=WORDS)),
        ("checklist", ChecklistBlock(group=WORDS)),
        ("dos", DosBlock(group=WORDS)),
        ("contact", ContactBlock(group=WORDS)),
    ]


def picture_blocks() -> list[tuple[str, object]]:
    """Facts to look at rather than read."""
    return [
        ("table", TableBlock(group=PICTURES)),
        ("chart", ChartBlock(group=PICTURES)),
        ("image", ImageFigureBlock(group=PICTURES)),
    ]


def shared_blocks() -> list[tuple[str, object]]:
    """What the body of a page of any app may hold."""
    return [*word_blocks(), *picture_blocks(), ("download", DownloadBlock(group=JOINS))]
