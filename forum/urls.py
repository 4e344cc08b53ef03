from django.urls import path, register_converter

from forum.views import (
    asking,
    citing,
    discussions,
    drafts,
    feeds,
    following,
    gone,
    lists,
    moderation,
    posts,
    reactions,
    suggestions,
    threads,
)


class Number:
    """The number of a thread or a post: at most nine digits, so that every database can hold it."""

    regex = "[0-9]{1,9}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


register_converter(Number, "number")

app_name = "forum"
urlpatterns = [
    # writing
    path("ask/", asking.ask, name="ask"),
    path("ask/similar/", suggestions.ask_similar, name="ask-similar"),
    path("ask/topics/", suggestions.ask_topics, name="ask-topics"),
    path("preview/", suggestions.preview, name="preview"),
    path("mentions/", suggestions.mentions, name="mentions"),
    path("about/<slug:name>/<number:pk>/", discussions.discuss, name="discuss"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/save/", drafts.drafts_save, name="drafts-save"),
    path("drafts/discard/", drafts.drafts_discard, name="drafts-discard"),
    path("drafts/put-back/", drafts.drafts_put_back, name="drafts-put-back"),
    # reading: lists
    path("", lists.thread_list, name="thread-list"),
    path("unanswered/", lists.unanswered, name="unanswered"),
    path("answered/", lists.answered, name="answered"),
    path("mine/", lists.mine, name="mine"),
    path("following/", lists.following, name="following"),
    path("unread/", lists.unread, name="unread"),
    path("feed/", feeds.latest, name="feed"),
    path("unanswered/feed/", feeds.unanswered, name="unanswered-feed"),
    path("answered/feed/", feeds.answered, name="answered-feed"),
    path("spaces/<slug:slug>/feed/", feeds.space, name="space-feed"),
    path("topics/<slug:slug>/feed/", feeds.topic, name="topic-feed"),
    path("catch-up/", lists.catch_up, name="catch-up"),
    path("news/", lists.thread_news, name="thread-news"),
    path("spaces/<slug:slug>/", lists.space, name="space"),
    path("spaces/<slug:slug>/follow/", following.follow_space, name="follow-space"),
    path("topics/", lists.topics, name="topics"),
    path("topics/<slug:slug>/", lists.topic, name="topic"),
    path("topics/<slug:slug>/follow/", following.follow_topic, name="follow-topic"),
    # a thread; single words after its number are kept from being slugs (Thread.save)
    path("<number:number>/answer/", threads.answer, name="answer"),
    path("<number:number>/new/", threads.thread_new, name="thread-new"),
    path("<number:number>/posts/", threads.thread_posts, name="thread-posts"),
    path("<number:number>/row/", threads.thread_row, name="thread-row"),
    path("<number:number>/follow/", following.follow_thread, name="follow-thread"),
    path("<number:number>/us-too/", reactions.us_too, name="us-too"),
    path("<number:number>/unaccept/", reactions.unaccept, name="unaccept"),
    path("<number:number>/moderate/log/", moderation.moderated, name="moderated"),
    path("<number:number>/moderate/<slug:act>/", moderation.moderate, name="moderate"),
    path("<number:number>/posts/<number:post>/comment/", posts.comment, name="comment"),
    path("<number:number>/posts/<number:post>/edit/", posts.edit, name="edit"),
    path("<number:number>/posts/<number:post>/delete/", posts.delete, name="delete"),
    path("<number:number>/posts/<number:post>/gone/", gone.gone, name="gone"),
    path("<number:number>/posts/<number:post>/put-back/", gone.put_back, name="put-back"),
    path("<number:number>/posts/<number:post>/history/", posts.history, name="history"),
    path("<number:number>/posts/<number:post>/helpful/", reactions.helpful, name="helpful"),
    path("<number:number>/posts/<number:post>/accept/", reactions.accept, name="accept"),
    path("<number:number>/posts/<number:post>/cite/", citing.cite, name="cite"),
    path("<number:number>/posts/<number:post>/still-right/", citing.still_right, name="still-right"),
    path("<number:number>/posts/<number:post>/remove/", moderation.remove, name="remove"),
    path("<number:number>/posts/<number:post>/restore/", moderation.restore, name="restore"),
    path("<number:number>/", threads.thread_detail, name="thread-by-number"),
    path("<number:number>/<slug:slug>/", threads.thread_detail, name="thread-detail"),
]
