from wagtail.permission_policies import BasePermissionPolicy


class MemberPolicy(BasePermissionPolicy):
    """Who may do what with members in Wagtail's admin, as `members.permissions` says. Nobody adds or deletes one."""

    def user_has_permission(self, user, action):
        return action in {"view", "change", "choose"} and user.has_perm("members.vouch")

    def user_has_permission_for_instance(self, user, action, instance):
        if action == "change":
            return user.has_perm("members.edit", instance) and user.has_perm("members.vouch")
        return self.user_has_permission(user, action)

    def users_with_any_permission(self, actions):
        if not set(actions) & {"view", "change", "choose"}:
            return self.model.objects.none()
        return self.model.objects.core_team()

    def instances_user_has_any_permission_for(self, user, actions):
        allowed = any(self.user_has_permission(user, action) for action in actions)
        return self.model.objects.all() if allowed else self.model.objects.none()
