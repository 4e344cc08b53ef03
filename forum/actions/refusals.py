"""What a rule of the forum refuses, in words a person can act on."""

from core.clock import clock


class Refused(Exception):
    """A rule of the forum was broken; `str()` says which, in plain words."""


class NotAllowed(Refused):
    """This person may not do this here."""


class AlreadyGone(Refused):
    """What the act was about was deleted or removed meanwhile."""


class ChangedMeanwhile(Refused):
    """Somebody, or another tab, changed it after the page was opened. `post` is what it says now."""

    def __init__(self, post):
        super().__init__(f"This was changed after you opened it, at {clock(post.edited_at)}.")
        self.post = post
