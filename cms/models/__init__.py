"""Everything Wagtail's side keeps: page models live one by one in `cms.pages`, the rest here."""

from cms.models.approval import ApprovalTask, ReviewReminder
from cms.models.contact import ContactAgreement
from cms.models.excerpt import Excerpt
from cms.models.site_settings import FooterLink, NavigationItem, SiteSettings
from cms.models.template import Template, TemplateFollow, TemplateTopic, TemplateVersion
from cms.models.topic_guide import TopicGuide
from cms.pages.guidance import GuidanceIndexPage, GuidancePage
from cms.pages.home import FeaturedStory, HomePage
from cms.pages.news import NewsIndexPage, NewsPage
from cms.pages.standard import StandardPage
from cms.pages.start import StartIndexPage, StartItem, StartPage
from cms.pages.story import StoryContact, StoryFigure, StoryIndexPage, StoryPage

__all__ = [
    "ApprovalTask",
    "ContactAgreement",
    "Excerpt",
    "FeaturedStory",
    "FooterLink",
    "GuidanceIndexPage",
    "GuidancePage",
    "HomePage",
    "NavigationItem",
    "NewsIndexPage",
    "NewsPage",
    "ReviewReminder",
    "SiteSettings",
    "StandardPage",
    "StartIndexPage",
    "StartItem",
    "StartPage",
    "StoryContact",
    "StoryFigure",
    "StoryIndexPage",
    "StoryPage",
    "Template",
    "TemplateFollow",
    "TemplateTopic",
    "TemplateVersion",
    "TopicGuide",
]
