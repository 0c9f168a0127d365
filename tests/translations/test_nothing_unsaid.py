"""No page and no message says what the catalogues do not know."""

from pathlib import Path

import pytest

from tests.translations.unsaid import in_code, in_template

ROOT = Path(__file__).parents[2]
# The style guide is for those who build pages.
TEMPLATES = [
    *(one for one in ROOT.glob("webapp/templates/**/*.html") if one.parent.name != "styleguide"),
    *ROOT.glob("listeners/messages/**/*.*"),
]
MODULES = [*ROOT.glob("webapp/**/*.py"), *ROOT.glob("domain/**/*.py")]
# Names, annotations and what programs or operators read.
NOT_FOR_READERS = {
    "domain/actions/accounts.py": {
        "bookwell clinic practice doctor patient reception appointment password"
    },
    "domain/actions/erasing.py": {"Erased patient"},
    "domain/clinic.py": {"Bookwell Clinic"},
    "domain/invitation.py": {"Appointment with ", "Reference "},  # unless somebody knows better
    "domain/passwords.py": {"a password that nobody has"},
    "webapp/presenters/devices.py": {"Samsung Internet"},
    "webapp/views/health.py": {"User-agent: *\nDisallow: /\n"},
}
FOR_THOSE_WHO_RUN_IT = {
    "domain/database.py",
    "domain/migrations.py",
    "domain/resealing.py",
    "domain/sealing.py",
    "webapp/figures.py",
    "webapp/presenters/desk_export.py",
    "webapp/forms/samples.py",
    "webapp/presenters/samples.py",
    "webapp/shedding.py",
    "webapp/views/metrics.py",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_is_in_a_message(template: Path) -> None:
    assert in_template(template.read_text()) == []


def test_every_sentence_of_the_code_is_in_a_message() -> None:
    found = {
        str(module.relative_to(ROOT)): in_code(module.read_text())
        for module in MODULES
        if str(module.relative_to(ROOT)) not in FOR_THOSE_WHO_RUN_IT
    }
    unsaid = {
        name: [text for text in texts if text not in NOT_FOR_READERS.get(name, set())]
        for name, texts in found.items()
    }
    assert {name: texts for name, texts in unsaid.items() if texts} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        '<p>{{ _("Hello") }} there</p>',
        '<a aria-label="Close it">{{ x }}</a>',
        '{{ button("Close it") }}',
        "{% block title %}Hello{% endblock %}",
    ],
)
def test_a_word_outside_is_found_in_a_template(source: str) -> None:
    assert in_template(source)


@pytest.mark.parametrize(
    "source",
    [
        'x = "Please wait."',
        'f"Hello {x}"',
        'Message(text="It is done.")',
        'Invalid(f"No {x} here")',
    ],
)
def test_a_sentence_outside_is_found_in_code(source: str) -> None:
    assert in_code(source)
