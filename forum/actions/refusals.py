"""What a rule of the forum refuses, in words a person can act on."""

from core.clock import clock


class Refused(Exception):
    """A rule of the forum was broken; `str()` says which, in plain words."""


class NotAllowed(Refused):
    """This person may not do this here."""


class AlreadyGone(Refused):
    """What the act was about was deleted or removed meanwhile."""


class ChangedMeanwhile(Refused):
    """Somebody, or another tab, changed it after the page was opened. `post` is what it says now.

    `topics_alone`: its words are the same, and only the topics of its thread are others.
    """

    def __init__(self, post, *, topics_alone: bool = False):
        what = "Its topics were changed" if topics_alone else "This was changed"
        at = "" if topics_alone else f", at {clock(post.edited_at)}"
        super().__init__(f"{what} after you opened it{at}.")
        self.post, self.topics_alone = post, topics_alone
