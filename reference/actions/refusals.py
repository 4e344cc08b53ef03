"""What a rule about law and words refuses, in words a person can act on."""


class Refused(Exception):
    """A rule was broken; `str()` says which, in plain words."""


class NotAllowed(Refused):
    """This person may not do this."""
