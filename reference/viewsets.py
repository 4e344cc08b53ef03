"""Provisions of law and terms of the glossary in Wagtail's admin."""

from django.urls import path, reverse
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet, SnippetViewSetGroup

from core.known import KnowingMixin
from core.sheets import text_of
from reference.admin_forms import ProvisionAdminForm, TermAdminForm
from reference.models import Provision, Term
from reference.plans import PROVISION_FIELDS, TERM_FIELDS
from reference.views.admin import import_list, mark_changed


class ListView(IndexView):
    """A list that can be taken out, where nothing runs as a formula, and taken in."""

    def preprocess_field_value(self, field, value, export_format):
        value = super().preprocess_field_value(field, value, export_format)
        return text_of(value) if isinstance(value, str) else value

    @property
    def header_more_buttons(self):
        url = reverse(f"wagtailsnippets_reference_{self.model._meta.model_name}:import")
        return [*super().header_more_buttons, Button("Import a list (CSV)", url=url, icon_name="upload", priority=30)]


class TermEditView(KnowingMixin, EditView):
    pass


class ProvisionEditView(KnowingMixin, EditView):
    @property
    def header_more_buttons(self):
        url = reverse("wagtailsnippets_reference_provision:mark-changed", args=[self.object.pk])
        return [
            *super().header_more_buttons,
            Button("Mark the law as changed", url=url, icon_name="warning", priority=5),
        ]


def _panels(title: str, *names: str) -> MultiFieldPanel:
    return MultiFieldPanel([FieldPanel(name) for name in names], title)


class ProvisionViewSet(SnippetViewSet):
    model = Provision
    icon = "doc-full-inverse"
    menu_label = "Legal gateways"
    copy_view_enabled = False
    index_view_class = ListView
    edit_view_class = ProvisionEditView
    list_display = [
        "__str__",
        Column("kind", label="Kind", accessor="get_kind_display", sort_key="kind"),
        Column("checked", label="Checked", accessor="get_checked_display", sort_key="checked"),
        DateColumn("changed_on", label="Law changed", sort_key="changed_on"),
    ]
    list_filter = ["kind", "checked", "extent"]
    search_backend_name = None
    search_fields = ["law", "provision", "purpose", "who_can_use_it", "limits"]
    list_export = [
        "law", "provision", "kind", "who_can_use_it", "purpose", "limits", "extent", "checked", "link", "topics_listed",
    ]  # fmt: skip
    export_headings = PROVISION_FIELDS | {"topics_listed": "topics"}  # the columns an import takes
    export_filename = "gateways"
    ordering = ["law", "provision"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            _panels("The law", "law", "provision", "slug", "kind", "link"),
            _panels("In plain words", "purpose", "who_can_use_it", "limits", "extent", "local_reading", "topics"),
            _panels("Has anyone checked these words?", "checked", "checked_on"),
            _panels("In force", "in_force_from", "in_force_to", "replaced_by"),
            _panels("When the finder offers it", "who", "whom", "purposes"),
        ],
        base_form_class=ProvisionAdminForm,
    )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("import/", import_list, {"kind": "provisions"}, name="import"),
            path("<int:pk>/mark-changed/", mark_changed, name="mark-changed"),
        ]


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "openquote"
    menu_label = "Glossary"
    copy_view_enabled = False
    index_view_class = ListView
    edit_view_class = TermEditView
    list_display = ["term", "short_form", Column("definition", label="Definition")]
    list_filter = {"term": ["icontains"], "short_form": ["icontains"]}
    search_backend_name = None
    search_fields = ["term", "short_form", "definition", "other_names__name"]
    list_export = ["term", "short_form", "definition", "also_called_listed", "see_also_listed"]
    export_headings = TERM_FIELDS | {"also_called_listed": "also_called", "see_also_listed": "see_also"}
    export_filename = "glossary"
    list_per_page = 100
    edit_handler = ObjectList(
        [
            _panels("The word", "term", "short_form", "definition", "slug"),
            InlinePanel(
                "other_names", [FieldPanel("name"), FieldPanel("everyday")], heading="Also called", label="Name"
            ),
            FieldPanel("see_also"),
        ],
        base_form_class=TermAdminForm,
    )

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("import/", import_list, {"kind": "terms"}, name="import")]


class LawAndWords(SnippetViewSetGroup):
    menu_label = "Law and words"
    menu_icon = "doc-full-inverse"
    menu_order = 230
    items = (ProvisionViewSet, TermViewSet)
