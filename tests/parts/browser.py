"""A real browser. Every page it opens must be quiet: no error in its console, nothing from another host."""

import asyncio
import os
from urllib.parse import urlsplit

import pytest

LOOPBACK = {"127.0.0.1", "localhost", "::1", ""}
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-quic", "--disable-dev-shm-usage", "--disable-gpu",
    "--no-first-run", "--disable-component-update",
    # nothing but this machine is there; asking for more is written down (Window._asked)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def launch(playwright):
    """Chromium as the tests use it. The caller closes it."""
    from scripts.find_browser import find

    path = os.environ.get("FOLKMOOT_BROWSER") or find()
    assert path, "There is no Chromium or Chrome here: `make test` installs one."
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for each worker."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Hide the browser's event loop from tests without one, and from what is set up for them: it goes on running in
    this thread once a browser was used. What runs a loop of its own (`asyncio.run`, Django's bridges) would refuse to,
    and Django would give them another connection to the database."""
    loop = asyncio._get_running_loop()
    if loop is None or "browser" in item.fixturenames:
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)


class Window:
    """A browser context with a conscience: what went wrong in it is in `troubles`."""

    def __init__(self, browser, **options):
        self.troubles: list[str] = []
        self.forgiven: tuple[str, ...] = ()
        options.setdefault("locale", "en-GB")
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(30_000)
        # listened to, not held up: with `route` each request waits for Python, and nothing is ever cached
        self.context.on("request", self._asked)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))

    def _asked(self, request):
        if (urlsplit(request.url).hostname or "") not in LOOPBACK:
            self.troubles.append(f"asked another host: {request.url}")

    def _heard(self, message):
        if message.type == "error":
            self.troubles.append(f"console: {message.text} ({message.location.get('url', '')})")

    def forgive(self, *words: str) -> None:
        """Let console errors with one of these words pass: the test makes them happen on purpose."""
        self.forgiven += words

    def page(self):
        return self.context.new_page()

    def sign_in(self, site, handle: str) -> "Window":
        """Give the window the session of one of the cast."""
        self.context.add_cookies([{"name": "sessionid", "value": site.sessions[handle], "url": site.url}])
        return self

    def left_over(self) -> list[str]:
        """The troubles nobody forgave."""
        return [trouble for trouble in self.troubles if not any(words in trouble for words in self.forgiven)]


@pytest.fixture
def window(browser, request):
    """`window(phone=False, dark=False, scripts=True, sockets=True)` → a Window; troubles fail the test at its end."""
    opened: list[Window] = []

    def make(
        *, phone: bool = False, dark: bool = False, scripts: bool = True, sockets: bool = True, **options
    ) -> Window:
        options = (PHONE if phone else DESKTOP) | options
        made = Window(browser, color_scheme="dark" if dark else "light", java_script_enabled=scripts, **options)
        if not sockets:
            made.context.route_web_socket("**/ws/**", lambda socket: socket.close(code=3000))
        opened.append(made)
        return made

    yield make
    left = [trouble for made in opened for trouble in made.left_over()]
    for made in opened:
        made.context.close()
    if left and not request.node.get_closest_marker("console_errors_expected"):
        pytest.fail("the browser complained:\n" + "\n".join(left), pytrace=False)


@pytest.fixture
def page(window):
    """A desktop page where nobody is signed in."""
    return window().page()


@pytest.fixture
def phone_page(window):
    return window(phone=True).page()


@pytest.fixture
def dark_page(window):
    return window(dark=True).page()


@pytest.fixture
def plain_page(window):
    """A page without JavaScript."""
    return window(scripts=False).page()


@pytest.fixture
def socketless_page(window):
    """A page whose socket never opens."""
    return window(sockets=False).page()
