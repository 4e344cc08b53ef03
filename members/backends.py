from allauth.account.auth_backends import AuthenticationBackend

from members.models import Member


class MemberBackend(AuthenticationBackend):
    """Signs members in by e-mail, and loads the signed-in one with their organisation in one query."""

    def get_user(self, user_id):
        member = Member.objects.with_organisation().filter(pk=user_id).first()
        return member if member and self.user_can_authenticate(member) else None
