from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = "Forum"

    def ready(self):
        from forum import citations, jobs, live, moderationkinds, noticekinds, permissions  # noqa: F401
