from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.inbox_page, name="inbox"),
    path("notifications/read/", views.read_all, name="read-all"),
    path("notifications/<int:pk>/open/", views.open_notice, name="open"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/popover/", views.popover, name="popover"),
    path("notifications/preferences/", views.preferences, name="preferences"),
    path("notifications/preferences/stop/", views.stop_kind, name="stop-kind"),
    path("notifications/stop/<str:token>/", views.stop, name="stop"),
    path("outbox/", views.outbox, name="outbox"),
]
