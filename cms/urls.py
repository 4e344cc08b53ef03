from django.urls import URLPattern, path

from cms import feeds, sitemaps
from cms.views import a_z, checks, contacts, drafting, files, templates, topics

app_name = "cms"

urlpatterns: list[URLPattern] = [
    path("stories/feed/", feeds.stories, name="story-feed"),
    path("stories/contact/<int:pk>/", contacts.story_contact, name="story-contact"),
    path("guidance/feed/", feeds.guidance, name="guidance-feed"),
    path("news/feed/", feeds.news, name="news-feed"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("a-z/", a_z.a_z, name="a-z"),
    path("templates/", templates.template_list, name="template-list"),
    path("templates/feed/", feeds.templates, name="template-feed"),
    path("templates/<slug:slug>/", templates.template_detail, name="template-detail"),
    path("templates/<slug:slug>/follow/", templates.template_follow, name="template-follow"),
    path("templates/<slug:slug>/<int:number>/", templates.template_version, name="template-version"),
    path("templates/<slug:slug>/<int:number>/download/", templates.template_download, name="template-download"),
    path("still-right/<int:pk>/", checks.still_right, name="still-right"),
    path("linked/<slug:kind>/<int:pk>/", files.linked, name="linked"),
    path("consent/<int:pk>/", drafting.consent, name="consent"),
    path("forum-drafts/<int:number>/", drafting.draft_from_thread, name="draft-from-thread"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_part, name="sitemap-part"),
    path("media/images/<str:name>", files.rendition, name="rendition"),
    path("media/original_images/<str:name>", files.original, name="original"),
    path("media/<path:rest>", files.nothing_here, name="nothing-here"),
]
