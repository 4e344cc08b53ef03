import re

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cms.actions import templates as acts
from cms.bylines import member_byline
from cms.notices.templates import group_key
from cms.querysets import templates as reads
from cms.querysets.following import follows
from core import caching, ratelimits
from members.access import public, signed_in
from members.permissions import takes_part
from notifications import inbox

# Machines that fetch everything they find are no downloads.
ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|archiver|facebookexternalhit|preview|monitor|^$", re.IGNORECASE)


@public
def template_list(request):
    """All templates the reader may fetch, each with its newest version."""
    caching.depends_on(request, "site", "templates", "downloads")
    return render(request, "cms/template_list.html", {"templates": reads.list_for(request.user)})


@public
def template_detail(request, slug: str):
    """A template with all its versions, newest first."""
    caching.depends_on(request, "site", "templates", "downloads", "members")
    template = _template(request, slug)
    return render(request, "cms/template_detail.html", _context(request, template))


@public
def template_version(request, slug: str, number: int):
    """One version at its own address; an old one says what changed since."""
    caching.depends_on(request, "site", "templates", "downloads", "members")
    template = _template(request, slug)
    version = _version(template, number)
    newer = [one for one in template.shown_versions if one.number > number]
    context = _context(request, template) | {"version": version, "newer": newer}
    return render(request, "cms/template_version.html", context)


@require_safe
@public
def template_download(request, slug: str, number: int):
    """Count a download, then lead on to the file itself, which Wagtail serves to those who may."""
    version = _version(_template(request, slug), number)
    try:
        ratelimits.check("download", request)
    except ratelimits.TooOften as often:
        return too_many(request, often, back=version.get_absolute_url())
    if request.method == "GET" and not ROBOTS.search(request.headers.get("User-Agent", "")):
        acts.count_download(version=version)
    return redirect(version.document.url)


def too_many(request, often, *, back: str) -> TemplateResponse:
    """What somebody reads who fetches too many files; `back` is where they came from."""
    context = {"back": back, "minutes": -(-often.wait // 60)}
    headers = {"Retry-After": str(often.wait)}
    return TemplateResponse(request, "cms/too_many_downloads.html", context, status=429, headers=headers)


@require_POST
@signed_in
def template_follow(request, slug: str):
    """Tell me about new versions, or stop."""
    template = _template(request, slug)
    if (follow := request.POST.get("follow", "")) not in {"following", "default"}:
        raise BadRequest("Choose whether we tell you about new versions.")
    acts.follow(by=request.user, template=template, follow=follow == "following")
    said = "We tell you when it changes." if follow == "following" else "We no longer tell you when it changes."
    messages.success(request, said)
    preferences = reverse("notifications:preferences")
    return redirect(preferences if request.POST.get("back") == preferences else template)


def _template(request, slug: str):
    template = reads.template_for(request.user, slug)
    if template is None:
        raise Http404
    return template


def _version(template, number: int):
    """The version of this number among those the reader may fetch. Raises Http404."""
    version = next((one for one in template.shown_versions if one.number == number), None)
    if version is None:
        raise Http404
    version.template = template
    return version


def _context(request, template) -> dict:
    for version in template.shown_versions:
        version.template = template
    key = group_key(template)
    if request.user.is_authenticated and inbox.may_be_unread(request.user, key):
        inbox.read(request.user, key)
    return {
        "template": template,
        "newest": template.shown_versions[0],
        "older": template.shown_versions[1:],
        "downloads": sum(version.downloads for version in template.shown_versions),
        "topics": sorted((link.tag for link in template.template_topics.all()), key=lambda one: one.name),
        "keeper": member_byline(template.keeper, request.user),
        "follows": follows(request.user, template),
        "may_follow": takes_part(request.user),
        "provisions": reads.provisions_of(template),
    }
