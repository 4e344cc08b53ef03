from django.apps import AppConfig


class HorizonConfig(AppConfig):
    name = "horizon"
    verbose_name = "Horizon"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from horizon import calendars, coming, jobs, noticekinds, permissions, receivers  # noqa: F401
        from horizon.admin_policy import SignalPolicy
        from horizon.models import Signal

        register_permission_policy(Signal, SignalPolicy(Signal), exact_class=True)
