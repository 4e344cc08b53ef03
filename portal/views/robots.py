from django.conf import settings
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
    words = f"{WORDS}\nSitemap: {settings.SITE_URL}/sitemap.xml\n"
    return HttpResponse(words, content_type="text/plain; charset=utf-8")
