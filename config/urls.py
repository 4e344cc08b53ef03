from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from members.views.signing_in import admin_login

urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.account.urls")),
    path("forum/", include("forum.urls")),
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
