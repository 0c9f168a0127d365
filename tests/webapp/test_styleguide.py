"""The living page of tokens and components."""

import re
from pathlib import Path

from flask import Flask

from listeners.trace import Trace
from tests.conftest import Run
from tests.webapp.browsing import Browser
from webapp import WebConfig, create_app

WEBAPP = Path(__file__).parents[2] / "webapp"
STYLES = WEBAPP / "static" / "css"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")
TOKENS = "tokens.css"
DARK = re.compile(r"--(?!pico)[\w-]+: ([^;]+);")


def test_every_component_is_shown(browser: Browser) -> None:
    page = browser.get("/styleguide")
    assert page.status_code == 200
    for component in (WEBAPP / "templates" / "components").glob("*.html"):
        assert f'id="component-{component.stem}"' in page.text, f"{component.stem} is not shown"


def test_every_token_is_shown_by_itself(browser: Browser) -> None:
    page, samples = browser.get("/styleguide"), (STYLES / "styleguide.css").read_text()
    light, *others = (STYLES / TOKENS).read_text().split("@media")
    [dark] = [part for part in others if "scheme: dark" in part]
    assert len(DARK.findall(dark)) > 20
    for value in DARK.findall(dark):
        assert f'<dd class="token__dark">{value}</dd>' in page.text
    names = set(re.findall(r"--((?!pico)[\w-]+):", light))
    assert len(names) > 40
    for name in names:
        assert f"<code>--{name}</code>" in page.text
        assert re.search(rf"\.sample-{name} \{{[^}}]*var\(--{name}\)", samples), name


def test_no_other_file_names_a_colour() -> None:
    for sheet in STYLES.glob("*.css"):
        if sheet.name != TOKENS:
            # Paper is white and ink black whatever the screen's colours are.
            on_screen = sheet.read_text().partition("@media print")[0]
            text = re.sub(r"/\*.*?\*/", "", on_screen, flags=re.S)
            declarations = " ".join(re.findall(r":([^;{}]+);", text))
            assert not COLOUR.findall(declarations), sheet.name


def test_it_is_served_in_demo_mode_only(run: Run) -> None:
    app: Flask = create_app(WebConfig(secret_key="tests", demo=False, testing=True), run, Trace())
    assert Browser(app).get("/styleguide").status_code == 404
