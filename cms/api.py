"""/api/v2/: what anyone may read, as JSON, for machines. Nobody signs in to it, and it writes nothing."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.renderers import JSONRenderer
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet

from cms.querysets.pages import documents_visible_to, pages_visible_to
from members.access import public

EVERYONE = AnonymousUser()


class Pages(PagesAPIViewSet):
    renderer_classes = [JSONRenderer]
    authentication_classes: list = []

    def get_base_queryset(self):
        return pages_visible_to(super().get_base_queryset(), EVERYONE)


class Images(ImagesAPIViewSet):
    renderer_classes = [JSONRenderer]
    authentication_classes: list = []

    def get_queryset(self):
        return documents_visible_to(super().get_queryset(), EVERYONE)


class Documents(DocumentsAPIViewSet):
    renderer_classes = [JSONRenderer]
    authentication_classes: list = []

    def get_queryset(self):
        return documents_visible_to(super().get_queryset(), EVERYONE)


class Router(WagtailAPIRouter):
    """Its views are marked as everybody's, as all views are."""

    def wrap_view(self, func):
        return public(super().wrap_view(func))


router = Router("cms-api")
router.register_endpoint("pages", Pages)
router.register_endpoint("images", Images)
router.register_endpoint("documents", Documents)
