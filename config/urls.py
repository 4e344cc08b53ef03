from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.documents import urls as wagtaildocs_urls

from cms import api
from cms.views.files import nothing_here
from members.access import requires
from members.views.signing_in import admin_login, admin_looks

core_team = requires("members.keep_directory")

urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/account/", admin_looks),
    # It names the last edited page of each type, drafts too, to everyone who gets into the admin.
    path("admin/reports/page-types-usage/", core_team(PageTypesUsageReportView.as_view())),
    path("admin/reports/page-types-usage/results/", core_team(PageTypesUsageReportView.as_view(results_only=True))),
    path("admin/", include(wagtailadmin_urls)),
    # Wagtail's own way in has no rate limits, and no page or file of ours has a shared password.
    path("_util/login/", RedirectView.as_view(pattern_name="account_login")),
    path("_util/authenticate_with_password/<path:rest>", nothing_here),
    path("documents/authenticate_with_password/<path:rest>", nothing_here),
    path("documents/", include([re_path(r"^\d{19,}/", nothing_here)])),  # no id is so long, and Wagtail trips over it
    path("documents/", include(wagtaildocs_urls)),
    path("api/v2/", api.router.urls),
    path("accounts/", include("allauth.account.urls")),
    path("forum/", include("forum.urls")),
    path("horizon/", include("horizon.urls")),
    path("events/", include("events.urls")),
    path("", include("notifications.urls")),
    path("", include("members.urls")),
    path("", include("reference.urls")),
    path("", include("cms.urls")),
    path("", include("portal.urls")),
    path("", include(wagtail_urls)),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.broken"
