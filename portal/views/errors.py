"""Error pages in plain words. None of them reads the form that was sent: it may be what broke."""

from django.http import HttpResponse
from django.template import loader


def _page(template: str, status: int) -> HttpResponse:
    return HttpResponse(loader.get_template(template).render(), status=status)


def bad_request(request, exception=None):
    return _page("400.html", 400)


def forbidden(request, exception=None):
    return _page("403.html", 403)


def not_found(request, exception=None):
    return _page("404.html", 404)


def broken(request):
    return _page("500.html", 500)
