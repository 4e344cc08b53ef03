from django.http import HttpResponse

from members.access import public

WORDS = """User-agent: *
Disallow: /account/
Disallow: /accounts/
Disallow: /admin/
Disallow: /notifications/
Disallow: /search/
"""


@public
def robots(request):
    """What machines that read the web may leave alone."""
    return HttpResponse(WORDS, content_type="text/plain; charset=utf-8")
