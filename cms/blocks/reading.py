"""The blocks an author may choose from, in the order of the menu."""

from cms.blocks.text import TextBlock


def reading_blocks() -> list[tuple[str, object]]:
    """What a page's body may hold."""
    return [("text", TextBlock())]


def story_blocks() -> list[tuple[str, object]]:
    """What a part of a success story may hold."""
    return [("text", TextBlock())]
