"""Templates and the words on topics in Wagtail's admin."""

from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from cms.forms.templates import TemplateForm
from cms.models import Template, TopicGuide
from core.known import KnowingMixin


class KnowingEditView(KnowingMixin, EditView):
    pass


class TemplateViewSet(SnippetViewSet):
    model = Template
    icon = "doc-full"
    menu_label = "Templates"
    edit_view_class = KnowingEditView
    menu_order = 220
    add_to_admin_menu = True
    list_display = ["title", "keeper", "review_on"]
    list_filter = ["keeper"]
    ordering = ["title"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    TitleFieldPanel("title", placeholder=False),
                    FieldPanel("slug", widget=SlugInput),
                    FieldPanel("summary"),
                ],
                "Template",
            ),
            MultiFieldPanel([FieldPanel("fixed_parts"), FieldPanel("free_parts")], "How to use it"),
            InlinePanel(
                "versions",
                [
                    FieldPanel("number", read_only=True),
                    FieldPanel("document"),
                    FieldPanel("change_note"),
                    FieldPanel("published_at"),
                ],
                heading="Versions, newest first",
                label="Version",
                min_num=1,
                help_text="A version that is published stays as it is; only its note can be mended. "
                "Members who follow the template are told what changed in a new one.",
            ),
            FieldPanel("topics"),
            MultiFieldPanel([FieldPanel("keeper"), FieldPanel("review_on")], "Who looks after it"),
        ],
        base_form_class=TemplateForm,
    )


class TopicGuideViewSet(SnippetViewSet):
    model = TopicGuide
    icon = "tag"
    menu_label = "Topic pages"
    edit_view_class = KnowingEditView
    menu_order = 230
    add_to_admin_menu = True
    list_display = ["topic", "intro"]
    ordering = ["topic__name"]
    panels = [FieldPanel("topic"), FieldPanel("intro"), FieldPanel("ask_team")]
