"""Spaces in Wagtail's admin."""

from django.db import transaction
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from core.known import KnowingMixin
from forum.actions import spaces
from forum.actions.writing import hold_spaces
from forum.forms.spaces import SpaceForm
from forum.models import Space
from forum.permissions import can_view_space


class SpaceCreateView(CreateView):
    """Whoever makes a private group is in it: nobody could open it otherwise."""

    def save_instance(self):
        space = super().save_instance()
        self.is_in = spaces.let_its_maker_in(space, by=self.request.user)
        return space

    def get_success_message(self, instance):
        said = super().get_success_message(instance)
        return f"{said} You are in it, so that you can open it." if self.is_in else said


class SpaceEditView(KnowingMixin, EditView):
    """Nobody reads what the space was not opened for: what follows happens in the transaction that saves it."""

    template_name = "forum/space_edit.html"

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            hold_spaces()  # all, before this one is locked
            return super().post(request, *args, **kwargs)

    def save_instance(self):
        space = super().save_instance()
        spaces.changed(space)
        return space

    def get_context_data(self, **kwargs):
        stored = Space.objects.get(pk=self.object.pk)  # what the form says is not so yet
        return super().get_context_data(**kwargs) | {
            "space": stored,
            "is_empty": stored.visibility == Space.Visibility.GROUP and not stored.people.exists(),
            "may_open": can_view_space(self.request.user, stored),
        }


class SpaceViewSet(SnippetViewSet):
    model = Space
    icon = "comment"
    menu_label = "Spaces"
    menu_order = 300
    add_to_admin_menu = True
    add_view_class = SpaceCreateView
    edit_view_class = SpaceEditView
    edit_template_name = "forum/space_edit.html"
    list_display = ["name", "visibility", "may_start", "target_hours", "mail_policy"]
    list_filter = ["visibility"]
    ordering = ["order", "name"]
    edit_handler = ObjectList([
        MultiFieldPanel([FieldPanel(name) for name in ("name", "slug", "purpose", "order", "for_pages")], "Space"),
        MultiFieldPanel([FieldPanel("visibility"), FieldPanel("may_start")], "Who may read and start"),
        MultiFieldPanel([FieldPanel("target_hours"), FieldPanel("mail_policy")], "Its promises"),
        InlinePanel(
            "memberships", [FieldPanel("member")], heading="People of a private group", label="Person",
            help_text="Only counts while the space is a private group. Whoever makes a private group is put in it.",
        ),
    ], base_form_class=SpaceForm)  # fmt: skip
