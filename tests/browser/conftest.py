"""Chromium, driven by Playwright against a site in separate processes."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.gestures import sign_in
from tests.processes.site import Site

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
REFUSED = (
    "Failed to load resource: the server responded with a status of {0.status} ({0.status_text})"
)
# The first is Chromium's headless shell, which needs a quarter less CPU time.
PROGRAMS = ["chromium-headless-shell", "chromium", "google-chrome"]
# Milliseconds. Five seconds, as Playwright waits, are too few on a slow machine where other tests
# train networks meanwhile.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)
DESK: ViewportSize = {"width": 1280, "height": 800}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patched:
        # Playwright keeps an event loop in this thread, and Django refuses database queries in
        # such a thread. They are safe here: tests run one at a time.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opened(chromium: Browser, site: Site, **options: Any) -> Iterator[Page]:
    """A page of the running site in a new browser context."""
    with closing(new_context(chromium, site, **options)) as context, watched(context) as page:
        yield page


# Removes unsaved ink, which would be restored on the next page.
WITHOUT_DRAFT = "try { sessionStorage.clear(); } catch { /* an empty page has none */ }"


def new_context(chromium: Browser, site: Site, **options: Any) -> BrowserContext:
    address = f"http://127.0.0.1:{site.port}"
    context = chromium.new_context(**{"base_url": address, "viewport": DESK, **options})
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """A page of the context. Errors in the browser fail the test."""
    with closing(context.new_page()) as page, heard(page):
        yield page


@contextmanager
def heard(page: Page) -> Iterator[None]:
    """Fail the test if the browser reports errors meanwhile.

    Refused pages and pictures (status 400 and above) are not errors: a test asked for them.
    """
    complaints: list[tuple[str, str]] = []
    refused: set[tuple[str, str]] = set()

    def answered(response: Response) -> None:
        asked_for = response.request.is_navigation_request() or response.url.endswith("/pictures/")
        if response.status >= 400 and asked_for:
            refused.add((response.url, REFUSED.format(response)))

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append((message.location["url"], message.text))

    def failed(error: Error) -> None:
        complaints.append((page.url, str(error)))

    listeners: list[tuple[Any, Any]] = [
        ("pageerror", failed),
        ("console", logged),
        ("response", answered),
    ]
    for event, listener in listeners:
        page.on(event, listener)
    yield
    for event, listener in listeners:
        page.remove_listener(event, listener)
    assert [each for each in complaints if each not in refused] == []


@pytest.fixture
def page(chromium: Browser, embedded: Site) -> Iterator[Page]:
    """A page of a separate site for this test, with a worker; nobody is signed in."""
    embedded.start()
    with opened(chromium, embedded) as page:
        yield page


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site without a worker, shared by tests: starting one takes longer than they do."""
    site = Site(tmp_path_factory.mktemp("site")).set_up()
    try:
        yield site.start("web")
    finally:
        site.stop()


@pytest.fixture(scope="session")
def signed_in_state(chromium: Browser, shared_site: Site) -> Any:
    return trainers_cookies(chromium, shared_site)


def trainers_cookies(chromium: Browser, site: Site) -> Any:
    with opened(chromium, site) as page:
        sign_in(page)
        page.wait_for_selector("[data-studio]")
        return page.context.storage_state()


@pytest.fixture(scope="session")
def usual_context(
    chromium: Browser, shared_site: Site, signed_in_state: Any
) -> Iterator[BrowserContext]:
    """The trainer's desktop context. Its cache is warm: a new context costs four times as much."""
    with closing(new_context(chromium, shared_site, storage_state=signed_in_state)) as context:
        context.add_init_script(WITHOUT_DRAFT)
        yield context


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(
    chromium: Browser, shared_site: Site, signed_in_state: Any, usual_context: BrowserContext
) -> Iterator[OpenPage]:
    """Opens a page as the trainer: `open_page("/jobs/", device_scale_factor=2)`."""
    with ExitStack() as pages:

        def open_page(address: str = "/", *, script: str = "", **options: Any) -> Page:
            """Open a page. script: runs before the page's own. options: make a new context."""
            if options:
                options = {"storage_state": signed_in_state, **options}
                page = pages.enter_context(opened(chromium, shared_site, **options))
            else:
                page = pages.enter_context(watched(usual_context))
            if script:
                page.add_init_script(script)
            page.goto(address)
            return page

        yield open_page


@pytest.fixture(scope="session")
def desk(usual_context: BrowserContext) -> Iterator[Page]:
    with closing(usual_context.new_page()) as page:
        yield page


@pytest.fixture
def studio(desk: Page) -> Iterator[Page]:
    """One page for all tests: a new one takes longer than they do. They add no init scripts."""
    with heard(desk):
        desk.goto("/")
        yield desk
        desk.unroute_all(behavior="ignoreErrors")
        desk.mouse.up()
        desk.goto("about:blank")
    desk.set_viewport_size(DESK)
