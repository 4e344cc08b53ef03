"""Why an act was refused. The message is in plain words and may be shown."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """This member may not do that."""


class DoesNotApply(NotAllowed):
    """Their standing is another one, perhaps since the page was opened: this can't be done to it."""


class AddressTaken(Exception):
    """Another account has this e-mail address: told by mail only, never on the page."""


class HandleTaken(ValueError):
    """Someone has or had this handle, or nobody may have it."""


class WhyMissing(ValueError):
    """The act needs a reason, and none was given."""
