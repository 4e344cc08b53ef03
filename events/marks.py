"""Marks that tell one person in the room from another without saying who they are.

A `voter` is "m12" for a signed-in member, so that two of their devices count once, or "c" with the random word
of a cookie. What is kept is never the voter but a mark made of it.
"""

import hashlib
import hmac

from django.conf import settings


def vote_mark(secret: str, question: int, voter: str) -> str:
    """The mark of a voter at one question. Without the vote's `secret`, which closing destroys, nobody can make it."""
    return _made(secret, f"{question}:{voter}")


def audience_mark(session: int, voter: str) -> str:
    """The mark of somebody in the audience of one session: for what they asked, and what they want asked."""
    return _made(f"events.audience:{settings.SECRET_KEY}", f"{session}:{voter}")


def results_key(vote: int, question: int) -> str:
    """What a phone that has voted shows, to be given results that are for those who voted."""
    return _made(f"events.results:{settings.SECRET_KEY}", f"{vote}:{question}")[:24]


def _made(secret: str, words: str) -> str:
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()
