"""Why an act was refused. The message is in plain words and may be shown."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """This member may not do that."""


class DoesNotApply(NotAllowed):
    """Their standing is another one, perhaps since the page was opened: this can't be done to it."""


class WorksElsewhere(NotAllowed):
    """They work for another organisation than whoever decides was shown, or was to choose for them."""

    def __init__(self, member):
        where = f"works for {member.organisation} now" if member.organisation_id else "has no organisation here now"
        super().__init__(f"{member.display_name} {where}, and your page did not say so. Look again, then decide.")


class AddressTaken(Exception):
    """Another account has this e-mail address: told by mail only, never on the page."""


class HandleTaken(ValueError):
    """Someone has or had this handle, or nobody may have it."""


class WhyMissing(ValueError):
    """The act needs a reason, and none was given."""
