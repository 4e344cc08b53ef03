from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Website"

    def ready(self):
        _tell_people_ourselves()
        _say_who_may_see()
        _say_what_is_new()
        from cms import citing, jobs, joining, noticekinds, receivers  # noqa: F401
        from cms.editing import comments
        from cms.editing import noticekinds as editors_kinds  # noqa: F401

        _tell_of_comments_ourselves(comments.written)


def _tell_people_ourselves() -> None:
    """Wagtail's own workflow mails stay off: people are told by notices, in the way they chose (cms.receivers)."""
    from wagtail.admin import signal_handlers

    signal_handlers.register_signal_handlers = lambda: None  # ours is ready before Wagtail's admin is


def _tell_of_comments_ourselves(written) -> None:
    """Nor does the editor mail what is commented, or ask who wants its mails: `written` tells people."""
    from wagtail.admin.views.account import NotificationsSettingsPanel
    from wagtail.admin.views.pages.edit import EditView

    EditView.send_commenting_notifications = lambda view, changes: written(view.page, changes, by=view.request.user)
    NotificationsSettingsPanel.is_active = lambda panel: False


def _say_who_may_see() -> None:
    """The choices of Wagtail's window “Change privacy” say what they mean here (members.pages)."""
    from wagtail.models import CollectionViewRestriction, PageViewRestriction

    words = (
        (PageViewRestriction.NONE, "Public"),
        (PageViewRestriction.LOGIN, "Members who take part"),
        (PageViewRestriction.GROUPS, "Some groups"),
    )
    for model in (PageViewRestriction, CollectionViewRestriction):
        model.RESTRICTION_CHOICES = words  # what its forms and the log read; that of the column stays


def _say_what_is_new() -> None:
    """“New event”, where Wagtail's pages for a new thing say “New: Event”."""
    from wagtail.admin.views import generic
    from wagtail.admin.views.pages.create import CreateView

    CreateView.get_page_subtitle = lambda view: view.page_class._meta.verbose_name
    generic.CreateView.get_page_subtitle = lambda view: view.model._meta.verbose_name
    for views in (CreateView, generic.CreateView):
        views.get_header_title = lambda view: f"{view.get_page_title()} {view.get_page_subtitle()}"
