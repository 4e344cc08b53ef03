from allauth.account.auth_backends import AuthenticationBackend

from core.prepared import Prepared
from members.models import Member
from members.permissions import takes_part

_with_organisation = Prepared(lambda pk: Member.objects.with_organisation().filter(pk=pk))


class MemberBackend(AuthenticationBackend):
    """Signs members in by e-mail, and loads the signed-in one with their organisation in one query."""

    def get_user(self, user_id):
        member = _with_organisation.first(user_id)
        return member if member and self.user_can_authenticate(member) else None

    def get_group_permissions(self, user_obj, obj=None):
        """None for who does not take part, whatever group they are still in: the admin is shut to them at once."""
        return super().get_group_permissions(user_obj, obj) if takes_part(user_obj) else set()
