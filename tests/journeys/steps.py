"""What people do on the site, for the journeys: small steps that wait for what they cause, never for a time."""

import json
import re
import time
import uuid

import httpx

from tests.factories.members import PASSWORD
from tests.parts.site import NO_AUTHORITIES

TOKEN = "j" * 32
BELL = "document.getElementById('bell').dataset.unread"
# What must be gone when a page was loaded anew.
MARK = "window.neverReloaded = true"
# What has the focus, in words, and whether that is to be seen where it is.
FOCUSED = """() => {
    const el = document.activeElement, style = getComputedStyle(el), box = el.getBoundingClientRect();
    const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
    return [el.id || (el.innerText || '').replace(/\\n/g, '') || el.getAttribute('aria-label'),
        marked && box.width > 0 && box.bottom > 0 && box.top < innerHeight];
}"""


def open_live(page, url: str):
    """Go to a page and wait until its socket listens: from now on nothing is missed."""
    texts: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: texts.append(str(text))))
    page.goto(url)
    wait_until(page, lambda: any('"heard"' in text for text in texts), "the socket never listened")
    page.evaluate(MARK)
    return page


def wait_until(page, true, why: str, seconds: float = 15) -> None:
    """Wait until `true()`, letting the browser go on meanwhile."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, why
        page.wait_for_timeout(20)


def was_not_reloaded(page) -> bool:
    return page.evaluate("window.neverReloaded === true")


def bell(page) -> int:
    """The number on the bell."""
    return int(page.evaluate(BELL))


def bell_becomes(page, count: int) -> float:
    """Wait until the bell shows `count`; how many seconds that took."""
    start = time.monotonic()
    page.wait_for_function(f"count => {BELL} === count", arg=str(count))
    return time.monotonic() - start


ALL_TOLD = """
import time
from django.utils import timezone
from core.models import OutboxItem
end = time.monotonic() + 15
while time.monotonic() < end and OutboxItem.objects.waiting().filter(due_at__lte=timezone.now(), attempts=0).exists():
    time.sleep(0.05)
"""


def read_everything(site, handle: str) -> None:
    """As after a good morning: nothing unread, no draft left, and nothing on its way of what happened before."""
    site.python(ALL_TOLD)
    with browser_of(site, handle) as client:
        send(client, "/notifications/read/")
        send(client, "/forum/catch-up/")
        send(client, "/forum/drafts/discard/")


def ask(page, site, title: str, body: str, *, space: str = "Lawful sharing") -> str:
    """Ask on the ask page, past the step of similar questions if it comes; the path of the new thread."""
    page.goto(f"{site.url}/forum/ask/")
    page.fill("#id_title", title)
    page.fill("#id_body", body)
    page.select_option("#id_space", label=space)
    page.get_by_role("button", name="Post question").click()
    arrived = page.get_by_role("heading", level=1).filter(
        has_text=re.compile(f"{re.escape(title)}|already been answered")
    )
    arrived.wait_for()
    if "already been answered" in arrived.inner_text():
        page.get_by_role("button", name="None of these: post my question").click()
    page.wait_for_url(re.compile(r"/forum/\d+/"))
    return re.search(r"/forum/\d+/[^?#]*", page.url)[0]


def answer(page, words: str) -> None:
    """Answer the thread that is open."""
    page.fill("#answer textarea[name=body]", words)
    page.get_by_role("button", name=re.compile("^Post (answer|reply)$")).click()
    page.get_by_text(words).first.wait_for()


def browser_of(site, handle: str | None) -> httpx.Client:
    """Somebody's browser without a screen: a signed-in HTTP client. Close it, or use it in a `with`."""
    cookies = {"csrftoken": TOKEN} | ({"sessionid": site.sessions[handle]} if handle else {})
    return httpx.Client(base_url=site.url, cookies=cookies, timeout=30, trust_env=False, verify=NO_AUTHORITIES)


def send(client: httpx.Client, path: str, **fields) -> httpx.Response:
    """Post a form."""
    return client.post(path, data={"csrfmiddlewaretoken": TOKEN} | fields)


def send_answer(site, handle: str, thread: int | str, words: str) -> httpx.Response:
    """Answer a thread as a plain form does."""
    with browser_of(site, handle) as client:
        return send(client, f"/forum/{thread}/answer/", body=words, once_key=str(uuid.uuid4()))


def send_question(site, handle: str, title: str, body: str = "We want to get it right.") -> str:
    """Ask as a plain form does, similar questions seen; the path of the thread."""
    with browser_of(site, handle) as client:
        page = client.get("/forum/ask/").text
        space = re.search(r'<option value="(\d+)"[^>]*>Lawful sharing', page)[1]
        told = send(client, "/forum/ask/", title=title, body=body, space=space, kind="question", topics="",
                    seen_similar=title, once_key=str(uuid.uuid4()))  # fmt: skip
        assert told.status_code == 302, told.text[:3000]
        return told.headers["Location"]


def number_of(path: str) -> int:
    return int(re.search(r"/forum/(\d+)/", path)[1])


def mail_to(page, site, who: str, subject: str, *, seconds: float = 20) -> str:
    """Wait until the outbox page shows a mail to `who` with `subject`; its text."""
    end = time.monotonic() + seconds
    while True:
        page.goto(f"{site.url}/outbox/?to={who}")
        mail = page.locator(".outbox-mail", has=page.get_by_role("heading", name=subject)).first
        if mail.count():
            mail.evaluate("one => { one.querySelector('details').open = true }")
            return mail.inner_text()
        assert time.monotonic() < end, f"no mail “{subject}” to {who}"
        page.wait_for_timeout(250)


def code_for(page, site, address: str, subject: str) -> str:
    """The code in the newest mail to an address."""
    return re.search(
        r"^\s{0,8}([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail_to(page, site, address, subject), re.MULTILINE
    )[1]


def sign_in(page, site, address: str, password: str = PASSWORD) -> None:
    """Sign in by password."""
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/forum/")


def tab(page) -> str:
    """Press Tab once; what has the focus now, in words. It is to be seen where it is."""
    page.keyboard.press("Tab")
    words, visible = page.evaluate(FOCUSED)
    assert visible, f"no visible focus on {words}"
    return words


def tab_to(page, wanted, *, most: int = 80) -> None:
    """Press Tab until the locator has the focus; every stop on the way shows its focus."""
    for _ in range(most):
        tab(page)
        if wanted.evaluate("el => el === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {wanted}; it is on {page.evaluate(FOCUSED)[0]}")


def enter(page) -> None:
    """Press Enter, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def as_json(text: str) -> dict:
    return json.loads(text)
