from django.urls import path

from bench.floor import floor
from config.urls import *  # noqa: F403
from config.urls import urlpatterns as of_the_site

urlpatterns = [path("bench/floor/", floor), *of_the_site]
