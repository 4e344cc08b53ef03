"""The words of notices about pages made from threads."""

from django.utils.html import format_html, linebreaks
from wagtail.models import Page

from cms.models import Excerpt
from cms.notices import drafting
from core.quoting import inner, quoted
from members.pages import page_visible_to
from notifications.hanging import hang, hung
from notifications.kinds import Group, Kind, MailContent, MailItem, register, writers


def _excerpts(notices: list) -> None:
    hang(notices, "excerpt", Excerpt.objects.select_related("post", "page"))


def _excerpt(notice) -> Excerpt | None:
    return hung(notice, "excerpt", _excerpts)


def _is_theirs(member, notice) -> bool:
    excerpt = _excerpt(notice)
    return excerpt is not None and excerpt.post.author_id == member.pk


def _ask_mail(notice) -> MailContent | None:
    excerpt = _excerpt(notice)
    if excerpt is None or excerpt.consent != Excerpt.Consent.ASKED:
        return None
    return MailContent(
        subject=f"May we quote you in {quoted(notice.subject)}?",
        sentence="A page is being written from a thread you took part in. We would like to quote these words of yours.",
        items=(MailItem("Your words", text=excerpt.words, html=linebreaks(excerpt.words, autoescape=True)),),
        thread_key=f"consent-{excerpt.pk}",
        link_words="Say yes or no",
        note="Without your yes nothing you wrote is quoted, and you are not named.",
    )


register(
    Kind(
        name=drafting.ASKED, title="Someone wants to quote your post", priority=35,
        sentence=lambda notice: format_html("May we quote you in “<strong>{}</strong>”?", inner(notice.subject)),
        whys={"author": "You wrote the post."}, can_still_see=_is_theirs, prefetch=_excerpts, mail=_ask_mail,
        icon="quote", group=Group.QUESTIONS,
    )
)  # fmt: skip


def _answer_sentence(notice) -> str:
    excerpt = _excerpt(notice)
    agreed = excerpt is not None and excerpt.consent == Excerpt.Consent.GIVEN
    words = "agreed to be quoted" if agreed else "does not want to be quoted"
    return format_html("An author {} in <strong>{}</strong>", words, notice.subject)


register(
    Kind(
        name=drafting.ANSWERED, title="Someone you asked says whether you may quote them", priority=20,
        sentence=_answer_sentence, whys={"maker": "You made the draft."}, prefetch=_excerpts, icon="quote",
        mail_at_once=False, group=Group.AUTHORS, reaches=writers,
    )
)  # fmt: skip


def _sees_page(member, notice) -> bool:
    page = Page.objects.filter(pk=notice.item_id or 0).first()
    return page is not None and page_visible_to(page, member)


register(
    Kind(
        name=drafting.BECAME, title="A question you share becomes a page", priority=25,
        sentence=lambda notice: format_html("A question you share is now a page: <strong>{}</strong>", notice.subject),
        whys={"us_too": "You asked it, or pressed “Us too”."}, can_still_see=_sees_page, icon="document",
        group=Group.QUESTIONS,
        mail=lambda notice: MailContent(
            subject=f"Now a page: {notice.subject}", thread_key=f"became-{notice.item_id}", link_words="Read the page",
            items=(MailItem("A question you share", "has become a page of the site"),),
        ),
    )
)  # fmt: skip
