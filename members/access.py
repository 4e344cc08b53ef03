"""Who may call a view: every view says so with one of these; a test walks all addresses."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from core.typed import page_with, typed_in


def _marked(view, access: str):
    view.access = access
    return view


def public(view):
    """Anyone may call it; what they see in it starts at `visible_to(request.user)`."""
    return _marked(view, "public")


def signed_in(view):
    """Members only; others are asked to sign in and come back."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(_return_to(request))
        return view(request, *args, **kwargs)

    return _marked(guarded, "signed_in")


def writes(view):
    """As `signed_in`, for what people write at length: who was signed out meanwhile gets a page with all of it.

    Nothing of it is kept here: it stands in that page alone, which sends it again to the same address.
    """
    guarded = signed_in(view)

    @wraps(view)
    def kept(request, *args, **kwargs):
        return signed_out_with_words(request) or guarded(request, *args, **kwargs)

    return _marked(kept, "signed_in")


def signed_out_with_words(request) -> HttpResponse | None:
    """The page of `writes`, for views that are public too; None for who is signed in, or typed nothing."""
    if request.method != "POST" or request.user.is_authenticated or not (typed := typed_in(request)).words:
        return None
    return page_with(request, "403_signed_out.html", {"typed": typed}, status=403)


def requires(permission: str):
    """Signed-in people with a permission that needs no object, such as "members.vouch"; others get 403."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(_return_to(request))
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _marked(guarded, permission)

    return decorate


def _return_to(request) -> str:
    """Where to come back to after signing in: never an address that only takes POST."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    host = f"{request.scheme}://{request.get_host()}"
    return referer.removeprefix(host) if referer.startswith(host + "/") else "/"
