from django.urls import path

from forum.views import asking, drafts, suggestions

app_name = "forum"
urlpatterns = [
    path("ask/", asking.ask, name="ask"),
    path("ask/similar/", suggestions.ask_similar, name="ask-similar"),
    path("ask/topics/", suggestions.ask_topics, name="ask-topics"),
    path("preview/", suggestions.preview, name="preview"),
    path("mentions/", suggestions.mentions, name="mentions"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/save/", drafts.drafts_save, name="drafts-save"),
    path("drafts/discard/", drafts.drafts_discard, name="drafts-discard"),
]
