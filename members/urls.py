from django.urls import path

from members.views import account, directory

app_name = "members"
urlpatterns = [
    path("partners/", directory.organisation_list, name="organisation-list"),
    path("account/", account.account, name="account"),
    path("account/organisation/", account.change_organisation, name="change-organisation"),
    path("account/welcome/", account.welcome, name="welcome"),
    path("account/leave/", account.leave, name="leave"),
]
