"""/api/v2/: what anyone may read, as JSON, for machines. Nobody signs in to it, and it writes nothing."""

import re

from django.contrib.auth.models import AnonymousUser
from rest_framework.renderers import JSONRenderer
from wagtail.api.v2.filters import SearchFilter
from wagtail.api.v2.pagination import WagtailPagination
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet

from members.access import public
from members.pages import documents_visible_to, pages_visible_to

EVERYONE = AnonymousUser()
MOST = 1_000_000  # as deep as a list can be asked for


class WordsFilter(SearchFilter):
    """As Wagtail's, for words only: signs mean something to the engines' own query languages, and break them."""

    def filter_queryset(self, request, queryset, view):
        if request.GET.get("search_operator", "and") not in {"and", "or"}:
            raise BadRequestError("search_operator must be “and” or “or”")
        words = request.GET.get("search")
        if words is not None:
            request._request.GET = request.GET.copy()
            request.GET["search"] = " ".join(re.findall(r"\w+", words))[:200]
        return super().filter_queryset(request, queryset, view)


class Depth(WagtailPagination):
    def paginate_queryset(self, queryset, request, view=None):
        offset = request.GET.get("offset", "0")
        if offset.isdecimal() and int(offset[:12]) > MOST:
            raise BadRequestError(f"offset is at most {MOST}")
        return super().paginate_queryset(queryset, request, view=view)


def with_words(backends: list) -> list:
    """The filters of one of Wagtail's views, with our search in the place of its own."""
    return [WordsFilter if one is SearchFilter else one for one in backends]


class Pages(PagesAPIViewSet):
    renderer_classes = [JSONRenderer]
    authentication_classes: list = []
    pagination_class = Depth
    filter_backends = with_words(PagesAPIViewSet.filter_backends)

    def get_base_queryset(self):
        return pages_visible_to(super().get_base_queryset(), EVERYONE)


class Images(ImagesAPIViewSet):
    renderer_classes = [JSONRenderer]
    authentication_classes: list = []
    pagination_class = Depth
    filter_backends = with_words(ImagesAPIViewSet.filter_backends)

    def get_queryset(self):
        return documents_visible_to(super().get_queryset(), EVERYONE)


class Documents(DocumentsAPIViewSet):
    renderer_classes = [JSONRenderer]
    authentication_classes: list = []
    pagination_class = Depth
    filter_backends = with_words(DocumentsAPIViewSet.filter_backends)

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
