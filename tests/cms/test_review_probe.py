import pytest
from django.core.files.images import ImageFile
from django.core.files.base import ContentFile
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Revision
from django.contrib.auth.models import Group, AnonymousUser
from django.utils import timezone
import datetime as dt
from cms.models import *
from cms import jobs
from members import roles
from members.models import Member
from tests.cms import desk
from tests.cms.test_workflow import create, decide, author, approver, home, parent, page_form, errors
from tests.factories import MemberFactory, SpaceFactory, ThreadFactory, knowledge
from forum import about
from forum.actions import discussing, posting, moderating, asking
from forum.models import Thread

pytestmark = pytest.mark.django_db


def test_author_approves_herself(client_of, author, parent):
    c = client_of(author)
    r = create(c, national_parent=parent.pk, approver=author.pk, **{"action-submit": "1"})
    print(r.status_code)
    page = GuidancePage.objects.get(slug="fire")
    print(decide(c, page, "approve").status_code)
    assert not GuidancePage.objects.get(slug="fire").live


def test_author_sees_private_pictures(client_of, author, home, tmp_path):
    from PIL import Image as P
    import io
    from core.models import CustomImage

    b = io.BytesIO()
    P.new("RGB", (20, 20)).save(b, "PNG")
    root = Collection.get_first_root_node()
    shut = root.add_child(name="Shut")
    r = CollectionViewRestriction.objects.create(collection=shut, restriction_type="groups")
    image = CustomImage.objects.create(
        title="x", file=ImageFile(io.BytesIO(b.getvalue()), "secret.png"), collection=shut
    )
    ren = image.get_rendition("width-10")
    c = client_of(author)
    a = c.get(ren.url).status_code, c.get(image.file.url).status_code
    print(a)
    assert a == (404, 404)


def test_private_doc_headers(client_of, alice, home):
    root = Collection.get_first_root_node()
    shut = root.add_child(name="Shut")
    CollectionViewRestriction.objects.create(collection=shut, restriction_type="login")
    d = desk.document("Minutes", collection=shut)
    r = client_of(alice).get(d.url)
    print(r.status_code, r.headers)
    r2 = client_of(AnonymousUser()).get(d.url, headers={"if-none-match": r.headers.get("ETag", "")})
    assert r2.status_code == 404
    assert "private" in r.headers.get("Cache-Control", "")


def test_kept_page_names_document_moved_to_private(client, settings, home, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    d = desk.document("Minutes CANARY")
    page = desk.national(title="Code x", body=[("download", {"document": d, "title": "", "note": ""})])
    page.save_revision().publish()
    assert "CANARY" in client.get(page.url).content.decode()
    shut = Collection.get_first_root_node().add_child(name="Shut")
    CollectionViewRestriction.objects.create(collection=shut, restriction_type="login")
    assert "CANARY" in client.get(page.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        d.collection = shut
        d.save()
    assert "CANARY" not in client.get(page.url).content.decode()


def test_group_page_discussed_in_members_space(client_of, cast, home):
    pilots = Group.objects.create(name="Pilots")
    iris = MemberFactory(display_name="Iris", handle="iris")
    iris.groups.add(pilots)
    SpaceFactory(name="M", visibility="members", for_pages=True)
    SpaceFactory(name="P", visibility="public", for_pages=True)
    page = desk.news("CANARY group news")
    r = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    r.groups.add(pilots)
    resp = client_of(iris).post(f"/forum/about/page/{page.pk}/", {"body": "hello there you all"})
    print(resp.status_code, resp.content.decode()[resp.content.decode().find("<main") :][:3000])
    print(Thread.objects.values_list("title", "space__name"))
    assert not Thread.objects.visible_to(cast["alice"]).filter(title__contains="CANARY").exists()


def test_preview_without_space(client_of, alice, home):
    page = desk.news("News here")
    from django.urls import reverse

    url = reverse("forum:discuss", args=["page", page.pk])
    resp = client_of(alice).post(url, {"body": "hello", "do": "preview"})
    print(resp.status_code)


@pytest.mark.parametrize("title", ["???", "!!! ... ???"])
def test_draft_of_titleless(client_of, morag, alice, space, home, title):
    thread = ThreadFactory(title=title, author=alice, space=space)
    print(client_of(morag).post(f"/forum-drafts/{thread.pk}/", {"kind": "story", "posts": ["1"]}).status_code)


def test_feed_control(client, home):
    page = desk.news("A\x0bB", slug="ab")
    page.save_revision().publish()
    print(client.get("/news/feed/").status_code)


def test_template_feed_control(client, home):
    t = knowledge.template("Proto")
    t.versions.update(change_note="A\x0bB")
    print(client.get("/templates/feed/").status_code)


def test_provision_feed_control(client, home):
    knowledge.ProvisionFactory(purpose="A\x0bB")
    print(client.get("/gateways/feed/").status_code)


def test_unscheduled_between(home, parent):
    a = desk.news("First due", live=False, slug="a1")
    b = desk.news("Second due", live=False, slug="b1")
    then = timezone.now() + dt.timedelta(hours=1)
    for p in (a, b):
        p.go_live_at = then
        p.save_revision().publish()
    from wagtail.signals import page_published

    def stop(sender, instance, **kw):
        if instance.pk == a.pk:
            Revision.objects.filter(object_id=str(b.pk)).update(approved_go_live_at=None)

    page_published.connect(stop)
    Revision.objects.exclude(approved_go_live_at=None).update(
        approved_go_live_at=timezone.now() - dt.timedelta(minutes=1)
    )
    for r in Revision.objects.exclude(approved_go_live_at=None):
        r.content["go_live_at"] = None
        r.save()
    try:
        jobs.publish_scheduled()
    finally:
        page_published.disconnect(stop)
    b.refresh_from_db()
    a.refresh_from_db()
    print(a.live, b.live)
    assert not b.live


def test_restore_about_twice(client_of, cast, home, alice, morag):
    SpaceFactory(name="P", visibility="public", for_pages=True)
    page = desk.news("News here")
    ab = about.look_up("page", page.pk, alice)
    p1 = discussing.say(by=alice, about=ab, body="first words")
    moderating.remove(by=morag, post=p1, why="x")
    print(Thread.objects.get().removed_at)
    p2 = discussing.say(by=alice, about=ab, body="second words")
    print(Thread.objects.count())
    moderating.restore(by=morag, post=p1, why="y")


def test_hijack(client_of, alice, bob, cora, home, group_space):
    SpaceFactory(name="P", visibility="public", for_pages=True)
    page = desk.news("News here")
    r = client_of(alice).post(
        "/forum/ask/",
        {
            "space": group_space.pk,
            "kind": "discussion",
            "title": "my own private thing",
            "body": "hello hello",
            "about": f"page:{page.pk}",
            "topics": "",
            "once_key": "5b0e4b1e-7f5d-4f5e-9a0b-0e6f6f6f6f6f",
        },
    )
    print(
        r.status_code,
        r.context and r.context["form"].errors,
        Thread.objects.values_list("title", "about_id", "space__name"),
    )
    from django.urls import reverse

    url = reverse("forum:discuss", args=["page", page.pk])
    r = client_of(cora).post(url, {"body": "Good to be here"})
    print(r.status_code)
    assert r.status_code == 302


def test_two_editors_of_a_template(client_of, cora, home):
    roles.set_up_groups()
    t = knowledge.template("Proto", versions=2)
    v = list(t.versions.order_by("-number"))

    def data(n):
        d = {
            "title": t.title,
            "slug": t.slug,
            "summary": t.summary,
            "fixed_parts": "",
            "free_parts": "",
            "topics": "",
            "keeper": "",
            "review_on": "",
            "versions-TOTAL_FORMS": 3,
            "versions-INITIAL_FORMS": 2,
            "versions-MIN_NUM_FORMS": 1,
            "versions-MAX_NUM_FORMS": 1000,
        }
        for i, one in enumerate(v):
            d |= {
                f"versions-{i}-id": one.pk,
                f"versions-{i}-document": one.document_id,
                f"versions-{i}-change_note": one.change_note,
                f"versions-{i}-published_at": "2026-01-01 10:00",
                f"versions-{i}-ORDER": i + 1,
            }
        doc = desk.document(f"new {n}")
        d |= {
            "versions-2-id": "",
            "versions-2-document": doc.pk,
            "versions-2-change_note": f"note {n}",
            "versions-2-published_at": "2026-01-02 10:00",
            "versions-2-ORDER": 3,
        }
        return d

    c = client_of(cora)
    url = f"/admin/snippets/cms/template/edit/{t.pk}/"
    r = c.post(url, data(1))
    print(r.status_code, r.status_code == 200 and r.context["form"].errors)
    r = c.post(url, data(2))
    print(r.status_code, r.status_code == 200 and r.context["form"].errors)
    print(list(t.versions.values_list("number", "change_note")))
    assert t.versions.count() == 4


def test_report_hostile_links(client_of, cora, home):
    roles.set_up_groups()
    for n, link in enumerate(
        [
            '<a linktype="page" id="²">x</a>',
            '<a href="/x%00y/">x</a>',
            '<a linktype="page" id="' + "9" * 5000 + '">x</a>',
            '<a href="https://[x/">x</a>',
        ]
    ):
        p = desk.national(title=f"Code {n}", body=[("text", f"<p>{link}</p>")], live=False)
        p.save_revision()
        try:
            print(n, client_of(cora).get("/admin/reports/folkmoot/content-checks/").status_code)
        except Exception as e:
            print(n, repr(e)[:200])
        p.delete()


def test_sitemap_queries(client, home, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as q:
        client.get("/sitemap.xml")
    for one in q.captured_queries:
        if "forum_thread" in one["sql"]:
            print(one["sql"][-300:])


def test_newline_in_title_mail(client_of, author, approver, parent, mailoutbox):
    from notifications import kinds
    from notifications.models import Notice

    r = create(
        client_of(author),
        national_parent=parent.pk,
        approver=approver.pk,
        title="A\nBcc: x@y.example",
        **{"action-submit": "1"},
    )
    print(r.status_code)
    n = Notice.objects.filter(recipient=approver).first()
    print(repr(n.subject), repr(kinds.get(n.kind).mail(n).subject))


def test_author_looks_at_others_drafts(client_of, author, cora, home, parent):
    other = desk.local("CANARY draft", approver=cora, national_parent=parent, owner=cora)
    plain = desk.plain("CANARY plain", live=False)
    rev = other.get_latest_revision()
    c = client_of(author)
    for p in (other, plain):
        r = p.save_revision()
        for url in (
            f"/admin/pages/{p.pk}/history/",
            f"/admin/pages/{p.pk}/revisions/{r.pk}/view/",
            f"/admin/pages/{p.pk}/revisions/compare/earliest...latest/",
            f"/admin/pages/{p.pk}/usage/",
            f"/admin/pages/{p.pk}/edit/",
            f"/admin/pages/{p.pk}/view_draft/",
            f"/admin/pages/{p.pk}/edit/preview/",
            f"/admin/api/main/pages/{p.pk}/",
            "/admin/api/main/pages/",
            "/admin/pages/search/?q=CANARY",
            f"/admin/pages/{p.pk}/delete/",
            f"/admin/pages/{p.pk}/copy/",
            f"/admin/pages/{p.pk}/move/",
            f"/admin/reports/workflow/",
            "/admin/reports/site-history/",
            "/admin/choose-page/?q=CANARY",
            "/admin/choose-page/search/?q=CANARY",
            f"/admin/pages/workflow/status/{p.pk}/",
            "/admin/reports/page-types-usage/",
            "/admin/reports/aging-pages/",
            "/admin/reports/locked/",
            "/admin/snippets/choose/cms/template/",
            "/admin/documents/",
            "/admin/images/",
            "/admin/choose-page/search/?q=CANARY&page_type=wagtailcore.page",
        ):
            x = c.get(url)
            print(p.title, url, x.status_code, "CANARY" in x.content.decode() if not x.streaming else "")


def test_site_history_names_private(client_of, author, cora, home):
    pilots = Group.objects.create(name="Pilots")
    roles.set_up_groups()
    p = desk.plain("CANARY private plain")
    r = PageViewRestriction.objects.create(page=p, restriction_type="groups"); r.groups.add(pilots)
    p.save_revision(user=cora, log_action=True)
    x = client_of(author).get("/admin/reports/site-history/").content.decode()
    i = x.replace('value="CANARY', '').find("CANARY")
    print(i, x[i-500:i+200] if i > 0 else "")
    x = client_of(author).get("/admin/pages/search/?q=zzz").content.decode()
    print("search names", "CANARY" in x)
    x = client_of(author).get("/admin/choose-page/").content.decode()
    print("chooser names", "CANARY" in x)
    x = client_of(author).get("/admin/reports/page-types-usage/").content.decode()
    print("types names", "CANARY" in x)
    x = client_of(author).get("/admin/api/main/pages/").content.decode()
    print("api names", "CANARY" in x)
    x = client_of(author).get("/admin/pages/search/?q=CANARY").content.decode()
    print("search hits", x.count("CANARY"))
    x = client_of(author).get("/admin/pages/search/results/?q=CANARY").content.decode()
    print("search hits", x.count("CANARY"))


def test_mail_newline(client_of, author, approver, parent, mailoutbox, django_capture_on_commit_callbacks):
    from core import outbox
    import importlib
    with django_capture_on_commit_callbacks(execute=True):
        create(client_of(author), national_parent=parent.pk, approver=approver.pk, title="A\nBcc: x@y.example", **{"action-submit": "1"})
    from notifications.models import Notice
    n = Notice.objects.filter(recipient=approver)
    n.update(mail_due_at=timezone.now() - dt.timedelta(minutes=5))
    from notifications import delivery
    from notifications import jobs as njobs
    print(dir(njobs))
    import notifications.delivery as d
    print([x for x in dir(d)])


@pytest.mark.parametrize("q", ["/api/v2/pages/?title=%00", "/api/v2/pages/?slug=%00", "/api/v2/pages/?id=99999999999999999999999", "/api/v2/pages/?child_of=99999999999999999999", "/api/v2/pages/?descendant_of=99999999999999999999999", "/api/v2/pages/?limit=-1", "/api/v2/pages/?order=%00", "/api/v2/pages/?type=%00", "/api/v2/pages/?fields=%00", "/api/v2/pages/?first_published_at=%00", "/api/v2/pages/?show_in_menus=x", "/api/v2/pages/99999999999999999999999999/", "/api/v2/pages/find/?html_path=/%00/", "/api/v2/pages/find/?id=99999999999999999999999", "/api/v2/pages/find/?html_path=" + "/a"*3000, "/api/v2/images/?title=%00", "/api/v2/images/?tags=%00", "/api/v2/images/?width=99999999999999999999999", "/api/v2/documents/?title=%00", "/api/v2/documents/?tags=%00", "/api/v2/pages/?offset=-1", "/api/v2/pages/?offset=²", "/api/v2/pages/?limit=²", "/api/v2/pages/?site=%00", "/api/v2/pages/?site=a:99999999999999", "/api/v2/pages/?locale=%00", "/api/v2/pages/?translation_of=99999999999999999999", "/api/v2/pages/?ancestor_of=99999999999999999999999", "/api/v2/pages/?search=%00", "/api/v2/pages/?search=a&search_operator=x", "/api/v2/pages/?search=a&order=title", "/api/v2/pages/?fields=" + "("*2000, "/api/v2/pages/?order=random&offset=1", "/news/?older=2026-01-01." + "9"*4000, "/news/?older=9999-12-31.1", "/news/?newer=0001-01-01.1", "/stories/?topic=%00", "/guidance/?level=%00", "/glossary/%00/", "/glossary/%ED%A0%80/", "/topics/%00/", "/gateways/?q=%00&topic=%00", "/gateways/find/?who=%00", "/templates/x/99999999999999999999999/", "/documents/99999999999999999999999/x", "/documents/²/x", "/documents/1/%00", "/sitemap-pages.xml?p=²", "/sitemap-pages.xml?p=99999999999999999999999", "/sitemap-%00.xml", "/media/images/%00.png", "/a-z/?x=%00", "/a%00b/", "/forum/ask/?about=page:²", "/forum/feed/", "/forum/topics/%00/feed/", "/consent/99999999999999999999999/", "/forum-drafts/99999999999999999999999/", "/start-here/%00/", "/documents/١/x", "/documents/" + "9"*5000 + "/x"])
@pytest.mark.engines
def test_hostile(client, client_of, cora, home, q):
    import urllib.parse
    for c in (client, client_of(cora)):
        r = c.get(urllib.parse.quote(q, safe="/?&=%:()"))
        assert r.status_code < 500
