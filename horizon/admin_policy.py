from wagtail.permission_policies import BasePermissionPolicy


class SignalPolicy(BasePermissionPolicy):
    """Signals in Wagtail's admin: the core team reads them and decides on them. Nobody writes or deletes one there."""

    def user_has_permission(self, user, action):
        return action in {"view", "change"} and user.has_perm("horizon.keep")

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)

    def users_with_any_permission(self, actions):
        if not set(actions) & {"view", "change"}:
            return self.model._meta.get_field("by").related_model.objects.none()
        return self.model._meta.get_field("by").related_model.objects.core_team()

    def instances_user_has_any_permission_for(self, user, actions):
        allowed = any(self.user_has_permission(user, action) for action in actions)
        return self.model.objects.all() if allowed else self.model.objects.none()
