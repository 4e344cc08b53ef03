"""How people write a provision of law: “s.115”, “section 115”, “s115 Crime and Disorder Act”."""


def spellings(law: str, provision: str) -> list[str]:
    """Other ways to write a provision, for search: words only, without its law where that would be the same."""
    plain = provision.replace("ss.", "sections ").replace("s.", "section ")
    return [plain, provision.replace(".", "")]
