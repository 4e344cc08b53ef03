"""The blocks an author may choose from, in the order of the menu."""

from cms.blocks.chart import ChartBlock
from cms.blocks.checklist import ChecklistBlock
from cms.blocks.contact import ContactBlock
from cms.blocks.definition import DefinitionBlock
from cms.blocks.dos import DosBlock
from cms.blocks.download import DownloadBlock
from cms.blocks.excerpt import ExcerptBlock
from cms.blocks.heading import HeadingBlock
from cms.blocks.image import ImageFigureBlock
from cms.blocks.note import NoteBlock
from cms.blocks.quote import QuoteBlock
from cms.blocks.steps import StepsBlock
from cms.blocks.table import TableBlock
from cms.blocks.text import TextBlock
from cms.blocks.thread import ThreadBlock
from cms.blocks.warning import WarningBlock


def reading_blocks() -> list[tuple[str, object]]:
    """What a page's body may hold."""
    words, joins, pictures = "Words", "Joined to the rest", "Pictures and facts"
    return [
        ("text", TextBlock(group=words)),
        ("heading", HeadingBlock(group=words)),
        ("quote", QuoteBlock(group=words)),
        ("note", NoteBlock(group=words)),
        ("warning", WarningBlock(group=words)),
        ("steps", StepsBlock(group=words)),
        ("checklist", ChecklistBlock(group=words)),
        ("dos", DosBlock(group=words)),
        ("contact", ContactBlock(group=words)),
        ("table", TableBlock(group=pictures)),
        ("chart", ChartBlock(group=pictures)),
        ("image", ImageFigureBlock(group=pictures)),
        ("definition", DefinitionBlock(group=joins)),
        ("thread", ThreadBlock(group=joins)),
        ("excerpt", ExcerptBlock(group=joins)),
        ("download", DownloadBlock(group=joins)),
    ]


def story_blocks() -> list[tuple[str, object]]:
    """What a part of a success story may hold."""
    return reading_blocks()
