from django.urls import path

from portal.views import gallery, health, organisations, people, robots, search

app_name = "portal"
urlpatterns = [
    path("partners/<slug:slug>/", organisations.organisation, name="organisation"),
    path("people/<slug:handle>/", people.person, name="person"),
    path("search/", search.search, name="search"),
    path("healthz", health.healthz, name="healthz"),
    path("design/", gallery.gallery, name="gallery"),
    path("robots.txt", robots.robots, name="robots"),
]
