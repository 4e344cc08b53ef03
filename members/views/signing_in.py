from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from members.access import public


@public
def admin_login(request):
    """Wagtail's own sign-in page has no rate limits: send people through ours. Those who may not enter get 403."""
    wanted = request.GET.get("next", "")
    if not (wanted.startswith("/admin/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)):
        wanted = "/admin/"
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    return HttpResponseRedirect(wanted if not wanted.startswith("/admin/login") else "/admin/")
