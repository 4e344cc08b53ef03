from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, NameEmailSettingsPanel

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


class LooksView(AccountView):
    """How the admin looks to somebody. Their name is not asked for here: it stands in their own details."""

    page_title = "How the admin looks to you"

    def get_panels(self):
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]


# Wagtail's own guard turns away whoever may not enter the admin, as on its other pages.
admin_looks = public(require_admin_access(never_cache(LooksView.as_view())))
