from django.urls import path

from members.views import account, calendars, directory

app_name = "members"
urlpatterns = [
    path("partners/", directory.organisation_list, name="organisation-list"),
    path("account/", account.account, name="account"),
    path("account/organisation/", account.change_organisation, name="change-organisation"),
    path("account/welcome/", account.welcome, name="welcome"),
    path("account/calendar/", calendars.calendar_address, name="calendar-address"),
    path("calendar/<slug:key>.ics", calendars.calendar, name="calendar"),
    path("account/leave/", account.leave, name="leave"),
]
