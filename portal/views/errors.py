"""Error pages in plain words. None of them reads the form that was sent: it may be what broke."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

from members.access import public


def _alone(template: str, status: int) -> HttpResponse:
    """A page that needs nothing: neither the request nor the database."""
    return HttpResponse(loader.get_template(template).render(), status=status)


@public
def bad_request(request, exception=None):
    return _alone("400.html", 400)


@public
def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


@public
def csrf_failed(request, reason=""):
    """The form's token is missing or old: cookies are off, or the page was open since before signing in."""
    return render(request, "403_csrf.html", status=403)


@public
def not_found(request, exception=None):
    return render(request, "404.html", status=404)


@public
def broken(request):
    return _alone("500.html", 500)
