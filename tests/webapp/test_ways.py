"""Addresses that are built once are the addresses that Flask builds each time."""

import pytest
from flask import Flask, url_for

from domain.ids import new_id


@pytest.mark.parametrize("root", ["/", "/clinic"])
def test_addresses_are_those_of_flask(app: Flask, root: str) -> None:
    in_templates = app.jinja_env.globals["url_for"]
    one, other = new_id(), new_id()
    with app.test_request_context(base_url=f"https://localhost{root}"):
        for endpoint, values in (
            ("doctors.index", {}),
            ("doctors.index", {"q": "Müller & Söhne"}),
            ("doctors.index", {"q": "x" * 100}),
            ("slots.show", {"slot_id": one}),
            ("slots.show", {"slot_id": other}),
            ("doctors.show", {"doctor_id": one, "date": "2026-12-01"}),
            ("static", {"filename": "css/base.css", "v": "1"}),
            ("doctors.index", {"_anchor": "here"}),
        ):
            built = Flask.url_for(app, endpoint, **values)
            assert in_templates(endpoint, **values) == built
            assert url_for(endpoint, **values) == built
