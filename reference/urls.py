from django.urls import path

from reference import feeds
from reference.views import checks, finder, glossary, provisions

app_name = "reference"
urlpatterns = [
    path("gateways/", provisions.provision_list, name="provision-list"),
    path("gateways/find/", finder.finder, name="finder"),
    path("gateways/feed/", feeds.provision_feed, name="provision-feed"),
    path("gateways/mine/", checks.my_checks, name="my-checks"),
    path("gateways/mine/<int:pk>/", checks.still_right, name="still-right"),
    path("gateways/<slug:slug>/", provisions.provision, name="provision"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("glossary/<slug:slug>/", glossary.term, name="term"),
]
