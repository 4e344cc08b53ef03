"""Spaces in Wagtail's admin."""

from django.db import transaction
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from core.known import KnowingMixin
from forum.actions import spaces
from forum.actions.writing import hold_spaces
from forum.forms.spaces import SpaceForm
from forum.models import Space


class SpaceEditView(KnowingMixin, EditView):
    """Nobody reads what the space was not opened for: what follows happens in the transaction that saves it."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            hold_spaces()  # all, before this one is locked
            return super().post(request, *args, **kwargs)

    def save_instance(self):
        space = super().save_instance()
        spaces.changed(space)
        return space


class SpaceViewSet(SnippetViewSet):
    model = Space
    edit_view_class = SpaceEditView
    icon = "comment"
    menu_label = "Spaces"
    menu_order = 300
    add_to_admin_menu = True
    edit_view_class = SpaceEditView
    list_display = ["name", "visibility", "may_start", "target_hours", "mail_policy"]
    list_filter = ["visibility"]
    ordering = ["order", "name"]
    edit_handler = ObjectList([
        MultiFieldPanel([FieldPanel(name) for name in ("name", "slug", "purpose", "order", "for_pages")], "Space"),
        MultiFieldPanel([FieldPanel("visibility"), FieldPanel("may_start")], "Who may read and start"),
        MultiFieldPanel([FieldPanel("target_hours"), FieldPanel("mail_policy")], "Its promises"),
        InlinePanel(
            "memberships", [FieldPanel("member")], heading="People of a private group", label="Person",
            help_text="Only counts while the space is a private group.",
        ),
    ], base_form_class=SpaceForm)  # fmt: skip
