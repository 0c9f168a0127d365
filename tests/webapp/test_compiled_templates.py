"""Templates are compiled once for all processes, and no page depends on what is kept of them."""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from listeners.trace import Trace
from tests.conftest import Run
from tests.webapp.browsing import Browser
from webapp import WebConfig, create_app
from webapp.page_environment import PageEnvironment


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The names of templates that are compiled from now on."""
    names: list[str | None] = []
    compile_really = Environment.compile

    def noting(self: Environment, source: str, name: str | None = None, *rest: object) -> object:
        names.append(name)
        return compile_really(self, source, name, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(PageEnvironment, "compile", noting)
    return names


def house(run: Run, folder: Path) -> Flask:
    config = WebConfig(secret_key="tests", compiled_templates=folder, testing=True)
    return create_app(config, run, Trace())


def page(app: Flask) -> str:
    answer = Browser(app).get("/login")
    assert answer.status_code == 200
    return str(answer.text)


def test_the_next_process_compiles_nothing(
    run: Run, tmp_path: Path, compiled: list[str | None]
) -> None:
    first = page(house(run, tmp_path / "kept"))
    assert "accounts/login.html" in compiled
    compiled.clear()

    again = page(house(run, tmp_path / "kept"))

    assert compiled == []
    assert len(again) == len(first)


def test_what_other_code_made_is_not_used(
    run: Run, tmp_path: Path, compiled: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    page(house(run, tmp_path))
    compiled.clear()
    monkeypatch.setattr("webapp.compiled_templates._made_by", lambda: "the next release")

    page(house(run, tmp_path))

    assert "accounts/login.html" in compiled


def test_a_page_is_shown_though_nothing_can_be_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    page(house(run, tmp_path / "file" / "kept"))


@pytest.mark.parametrize("left", [slice(-9), slice(30), slice(0)], ids=["most", "start", "none"])
def test_a_page_is_shown_though_what_was_kept_is_damaged(
    run: Run, tmp_path: Path, left: slice
) -> None:
    page(house(run, tmp_path))
    for kept in tmp_path.iterdir():
        kept.write_bytes(kept.read_bytes()[left])

    page(house(run, tmp_path))
