from django.urls import path

from horizon import feeds
from horizon.views import calendars, developments, following, pictures, signals, tasks

app_name = "horizon"

urlpatterns = [
    path("timeline/", pictures.timeline, name="timeline"),
    path("radar/", pictures.radar, name="radar"),
    path("developments/<slug:slug>/", developments.development, name="development"),
    path("developments/<slug:slug>/feed/", feeds.development_feed, name="development-feed"),
    path("feed/", feeds.feed, name="feed"),
    path("calendar.ics", calendars.calendar, name="calendar"),
    path("calendar/<slug:topic>.ics", calendars.topic_calendar, name="topic-calendar"),
    path("developments/<slug:slug>/calendar.ics", calendars.development_calendar, name="development-calendar"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<int:page>/<uuid:key>/done/", tasks.done, name="task-done"),
    path("tasks/<int:page>/<uuid:key>/not-done/", tasks.not_done, name="task-not-done"),
    path("follow/", following.follow, name="follow"),
    path("following/", following.following, name="following"),
    path("signals/", signals.signals, name="signals"),
    path("signals/send/", signals.send, name="signal-send"),
]
