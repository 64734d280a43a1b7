"""A real browser on a live server: Debian's Chromium through Playwright, nothing fetched."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Playwright keeps an event loop running in this thread; the ORM is used between its steps, never inside them.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import pytest
from django.conf import settings
from django.test import Client, testcases
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
# The shell is Chromium without its windows: the same pages for two thirds of the work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# No rule in use reads style sheets or media: they need not be fetched once more on each page.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}
# Violations of the content policy are told to the page itself; they are kept where the test can read them.
WATCH_POLICY = """
window.__policy = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__policy.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile || ""}:${event.lineNumber}`);
});
"""


# A new window size reaches the layout some frames later: only a width that is still wrong after two is a fault.
# A resize reaches the layout some frames later, on a busy machine many: wider is what stays wider.
WIDER_THAN_WINDOW = """
async width => {
  const frame = () => new Promise(requestAnimationFrame);
  while (window.innerWidth !== width) await frame();
  for (let frames = 0; frames < 60; frames++) {
    if (document.documentElement.scrollWidth <= width) return false;
    await frame();
  }
  return true;
}
"""


def browser_path() -> str:
    """Return where the machine's Chromium is; `make test` has it installed."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not found and MAC_CHROME.exists():
        found = str(MAC_CHROME)
    assert found, "No Chromium on this machine: run `make test`, which installs it or says how."
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's own browser, quiet and without a sandbox (CI runs as root)."""
    return {
        **browser_type_launch_args,
        "executable_path": browser_path(),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Stand in London, at a desk, without moving parts."""
    return {
        **browser_context_args,
        "viewport": DESK,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def sign_in(live_server: Any, context: BrowserContext) -> Callable[..., Page]:
    """Return sign_in(page, user): by session, without the form. The page then knows its server: page.goto("/")."""

    def enter(page: Page, user: Any) -> Page:
        client = Client()
        client.force_login(user)
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )
        return page

    return enter


@pytest.fixture(scope="session", autouse=True)
def _real_static_files() -> Iterator[None]:
    """Let WhiteNoise hand out the static files, as it does for real, and not the test server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testcases._StaticFilesHandler, "_should_handle", lambda handler, path: False)
        yield


@pytest.fixture(scope="session")
def base_url(live_server: Any) -> str:
    """Let page.goto("/jobs/") mean the live server."""
    return live_server.url


@dataclass
class PageWatch:
    """What went wrong on a page; `faults()` is empty when all is well."""

    page: Page
    seen: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Let a fault through that the test provokes on purpose."""
        self.expected.append(re.compile(pattern))

    def faults(self) -> list[str]:
        """Return every console error, page error, failed request, answer of 400 and above, and policy violation."""
        policy = self.page.evaluate("window.__policy || []") if not self.page.is_closed() else []
        return [
            fault
            for fault in [*self.seen, *(f"policy: {line}" for line in policy)]
            if not any(pattern.search(fault) for pattern in self.expected)
        ]

    def check(self) -> None:
        """Fail with everything that went wrong so far."""
        assert self.faults() == []


@pytest.fixture
def page_check(page: Page) -> Iterator[PageWatch]:
    """Watch the page from now on, and fail at the end of the test if anything went wrong on it."""
    watch = PageWatch(page)
    page.add_init_script(WATCH_POLICY)

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            watch.seen.append(f"console {message.type}: {message.text}")

    def on_failed(request: Request) -> None:
        # A request that a newer one replaced, or that a change of page broke off, is no fault.
        if request.failure != "net::ERR_ABORTED":
            watch.seen.append(f"request failed: {request.url} {request.failure}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            watch.seen.append(f"answer {response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda fault: watch.seen.append(f"page error: {fault}"))
    page.on("requestfailed", on_failed)
    page.on("response", on_response)
    yield watch
    watch.check()


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """Return axe(page, rail=True): the WCAG 2.2 AA violations on the page, one line each; empty when none.

    The rail is half of the work and the same on each of a person's pages: a walk looks at it once.
    """
    source = AXE.read_text()

    def run(page: Page, rail: bool = True) -> list[str]:
        page.wait_for_load_state()  # a link that was clicked may have led to a page that is not whole yet
        # Evaluated through the debugger: the content policy forbids a script tag, and rightly.
        if not page.evaluate("Boolean(window.axe)"):  # one page is looked at in several widths
            page.evaluate(source)
        where = {"include": [["html"]], "exclude": [] if rail else [[".rail"]]}
        found = page.evaluate(
            "([where, tags, options]) => axe.run(where, {...options, runOnly: tags})", [where, TAGS, AXE_OPTIONS]
        )
        return [
            f"{fault['id']}: {node['target'][0]} {node['failureSummary']}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    return run


@pytest.fixture
def overflows() -> Callable[[Page], bool]:
    """Return overflows(page): whether the page itself scrolls sideways at its present width."""

    def test(page: Page) -> bool:
        page.wait_for_load_state()
        return bool(page.evaluate(WIDER_THAN_WINDOW, page.viewport_size["width"]))

    return test
