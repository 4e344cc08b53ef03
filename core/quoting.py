"""Words in quotation marks, and where their sentence ends."""


def quoted(text: str, stop: str = "") -> str:
    """In quotation marks; what is quoted in it already stands in single ones: “Lunch: ‘in writing’”.

    `stop` ends the sentence, unless the words end one themselves: “It names a person.”
    """
    return f"“{inner(text)}”{'' if ended(text) == text else stop}"


def ended(text: str) -> str:
    """With a full stop, unless it ends with one or another sign that ends a sentence."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def inner(text: str) -> str:
    """As it stands within quotation marks: its own become single ones."""
    return text.replace("“", "‘").replace("”", "’")
