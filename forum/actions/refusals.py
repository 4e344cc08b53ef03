"""What a rule of the forum refuses, in words a person can act on."""


class Refused(Exception):
    """A rule of the forum was broken; `str()` says which, in plain words."""


class NotAllowed(Refused):
    """This person may not do this here."""


class AlreadyGone(Refused):
    """What the act was about was deleted or removed meanwhile."""
