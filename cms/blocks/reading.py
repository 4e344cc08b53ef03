"""The blocks an author may choose from, in the order of the menu."""

from cms.blocks.excerpt import ExcerptBlock
from cms.blocks.thread import ThreadBlock
from core.blocks.download import DownloadBlock
from core.blocks.shared import JOINS, picture_blocks, word_blocks
from reference.blocks.definition import DefinitionBlock


def reading_blocks() -> list[tuple[str, object]]:
    """What a page's body may hold."""
    return [
        *word_blocks(),
        *picture_blocks(),
        ("definition", DefinitionBlock(group=JOINS)),
        ("thread", ThreadBlock(group=JOINS)),
        ("excerpt", ExcerptBlock(group=JOINS)),
        ("download", DownloadBlock(group=JOINS)),
    ]


def story_blocks() -> list[tuple[str, object]]:
    """What a part of a success story may hold."""
    return reading_blocks()
