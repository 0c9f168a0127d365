"""The demo clinic in real processes, and a real Chromium to visit it with."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.support.demo import MoveIn
from tests.support.server import Server, running_app
from tests.support.windows import let_in

# Each window would load two pages for its address bar, which nobody sees, and a process to spare:
# they take as long as the page itself. Chromium heeds the last such list alone, so that what
# Playwright leaves out, as it disturbs its own work or asks the internet, is repeated here.
LEFT_OUT = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
]
SWITCHES = [
    f"--disable-features={','.join(LEFT_OUT)}",
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds; two cores may be busy with other tests
expect.set_options(timeout=PATIENCE)
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def clinic_server(tmp_path_factory: pytest.TempPathFactory, move_in: MoveIn) -> Iterator[Server]:
    """The demo clinic, fresh for each file of journeys."""
    with running_app(move_in(tmp_path_factory.mktemp("clinic")), DEMO="1") as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium was found; `make test` installs Debian's"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs JavaScript: each journey works either way."""
    return bool(request.param)


@pytest.fixture
def visit(clinic_server: Server, chromium: Browser, scripted: bool) -> Iterator[Visit]:
    """Open browsers at the clinic, signed in as somebody or as nobody."""
    contexts: list[BrowserContext] = []
    breaches: list[str] = []

    def opened(email: str | None = None, **options: object) -> Page:
        options = {"timezone_id": "Europe/Berlin", "java_script_enabled": scripted, **options}
        context = chromium.new_context(base_url=clinic_server.url, **options)
        contexts.append(context)
        context.on("console", lambda message: breaches.extend(_breach(message)))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if email:
            let_in(page, email)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not breaches


def _breach(message: ConsoleMessage) -> list[str]:
    return [message.text] if "Content Security Policy" in message.text else []
