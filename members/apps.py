from django.apps import AppConfig, apps


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "Members"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from core.blocks.files import ask_who_may_see
        from members import jobs, permissions, receivers  # noqa: F401
        from members.admin_policy import MemberPolicy
        from members.models import Member
        from members.pages import documents_visible_to

        ask_who_may_see(documents_visible_to)
        _keep_our_site()
        # Wagtail's own pages for users give way to ours: theirs edit passwords and superusers.
        apps.get_app_config("wagtailusers").user_viewset = "members.viewsets.MemberViewSet"
        register_permission_policy(Member, MemberPolicy(Member), exact_class=True)


def _keep_our_site() -> None:
    """allauth's pages come with a `site` of their own, which would hide the one base.html shows. Leave it out."""
    from allauth.account import views

    theirs = views.get_entrance_context_data
    views.get_entrance_context_data = lambda request: {
        key: value for key, value in theirs(request).items() if key != "site"
    }
