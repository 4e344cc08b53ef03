"""Spaces in Wagtail's admin."""

from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from forum.models import Space


class SpaceViewSet(SnippetViewSet):
    model = Space
    icon = "comment"
    menu_label = "Spaces"
    menu_order = 300
    add_to_admin_menu = True
    list_display = ["name", "visibility", "may_start", "target_hours", "mail_policy"]
    list_filter = ["visibility"]
    ordering = ["order", "name"]
    panels = [
        MultiFieldPanel([FieldPanel(name) for name in ("name", "slug", "purpose", "order", "for_pages")], "Space"),
        MultiFieldPanel([FieldPanel("visibility"), FieldPanel("may_start")], "Who may read and start"),
        MultiFieldPanel([FieldPanel("target_hours"), FieldPanel("mail_policy")], "Its promises"),
        InlinePanel(
            "memberships", [FieldPanel("member")], heading="People of a private group", label="Person",
            help_text="Only counts while the space is a private group.",
        ),
    ]  # fmt: skip
