"""Pictures of pages, and the addresses of Wagtail that this community does not use."""

import mimetypes

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from core.models import CustomImage, CustomRendition
from members.access import public
from members.pages import document_by_id, document_visible_to, page_by_id

YEAR = 31_536_000  # seconds
SAFE = {"image/gif", "image/jpeg", "image/png", "image/webp"}


@public
def rendition(request, name: str):
    """A picture made for a page, to those who may see its collection (or choose pictures in the admin)."""
    made = get_object_or_404(CustomRendition.objects.select_related("image__collection"), file=f"images/{name}")
    return _shown(request, made.file, made.image)


@public
def original(request, name: str):
    """A picture as it was uploaded: only for those who choose pictures in the admin."""
    image = get_object_or_404(CustomImage.objects.select_related("collection"), file=f"original_images/{name}")
    if not _may_choose(request.user, image):
        raise Http404
    return _shown(request, image.file, image)


@require_safe
@public
def linked(request, kind: str, pk: int):
    """Where a link in editors' words leads whoever may see it (`cms.richtext`); 404 for everyone else."""
    pk = min(pk, 2**63 - 1)
    if kind == "page":
        found = page_by_id(pk, request.user)
    else:
        found = document_by_id(pk, request.user)
    if found is None or not found.url:
        raise Http404
    return redirect(found.url)


@public
def nothing_here(request, **kwargs):
    """Files are fetched at /documents/, never straight from the disk; nothing here takes a shared password."""
    raise Http404


def _shown(request, file, image) -> FileResponse:
    if not (_may_choose(request.user, image) or document_visible_to(image, request.user)):
        raise Http404
    kind = mimetypes.guess_type(file.name)[0]
    if kind not in SAFE or not file.storage.exists(file.name):
        raise Http404
    response = FileResponse(file.open("rb"), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # a file name is never used twice, so a picture for everyone may be kept by anybody
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if _for_everyone(image) else "private, no-store"
    return response


def _may_choose(viewer, image) -> bool:
    """Whether the admin offers `viewer` this picture: authors only get those of their own collections."""
    policy = policy_registry.get_by_type(CustomImage)
    return viewer.has_perm("wagtailadmin.access_admin") and policy.user_has_any_permission_for_instance(
        viewer, ["choose", "change", "delete"], image
    )


def _for_everyone(image) -> bool:
    from django.contrib.auth.models import AnonymousUser

    return document_visible_to(image, AnonymousUser())
