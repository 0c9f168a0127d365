from datetime import timedelta
from pathlib import Path

import pytest

from hosting.settings import BadSetting, read_settings
from tests.hosting.processes import run_py

BAD = {
    "PORT": "70000",
    "PUBLIC_URL": "clinic.example.org",
    "MONGODB_URI": "localhost:27017",
    "MONGODB_DATABASE": "a b",
    "REDIS_URL": "localhost:6379",
    "WEBHOOK_URL": "ftp://gateway.example.org",
    "WEBHOOK_SECRET": "short",
    "METRICS_TOKEN": "ein längeres Geheimnis",
    "MAIL_PORT": "smtp",
    "MAIL_USERNAME": "bürger",
    "MAIL_PASSWORD": "geheimnisvoll ÄÖÜ",
    "MAIL_USE_TLS": "perhaps",
    "MAIL_FROM": "the clinic",
    "MAIL_WORKERS": "0",
    "WEB_PROCESSES": "-1",
    "WEB_THREADS": "many",
    "CLINIC_NAME": "two\nlines",
    "CLINIC_TIMEZONE": "Europe/Bielefeld",
    "CLINIC_LOCALE": "xx_yy",
    "MIN_NOTICE": "2 hours",
    "CANCEL_CUTOFF": "-PT2H",
    "BOOKING_HORIZON": "P3M",
    "REMINDERS": "P1D, two hours",
    "RETRY_FIRST": "PT0S",
    "RETRY_CAP": "10m",
    "TRUSTED_PROXIES": "nginx",
    "LOG_LEVEL": "LOUD",
    "DEMO": "please",
}
NO_LINE = [
    ("CLINIC_ADDRESS", "Musterallee 12\n12345 Berlin"),
    ("CLINIC_ADDRESS", "Musterallee 12\u2028Berlin"),
    ("CLINIC_ADDRESS", "Musterallee 12\u202e"),
    ("CLINIC_ADDRESS", "x" * 201),
]
NO_ADDRESS = [
    ("HOST", "a..b"),
    ("HOST", "a["),
    ("HOST", "-a"),
    ("HOST", "[a]"),
    ("HOST", "x" * 64),
    ("MAIL_SERVER", "a..b"),
    ("MAIL_FROM", "praxis@example.org>"),
    ("MAIL_FROM", "Praxis <praxis@example.org"),
    ("MAIL_FROM", "a,b@example.org"),
    ("MAIL_FROM", "a@example.org, b@example.org"),
    ("MAIL_FROM", "a@example..org"),
    ("MAIL_FROM", "zoë@example.org"),
    ("MAIL_FROM", "A\x85clinic <a@example.org>"),
    ("PUBLIC_URL", "https://["),
    ("PUBLIC_URL", "https://clinic.example.org:x"),
    ("PUBLIC_URL", "https://clinic.example.org:99999"),
    ("PUBLIC_URL", "https://:443"),
    ("PUBLIC_URL", "https://a..b"),
    ("PUBLIC_URL", "https://admin:secret@clinic.example.org"),
    ("MONGODB_DATABASE", "admin"),
    ("WEBHOOK_URL", "https://["),
    ("REDIS_URL", "redis://["),
]
DURATIONS = [
    "MIN_NOTICE",
    "CANCEL_CUTOFF",
    "BOOKING_HORIZON",
    "REMINDERS",
    "KEEP_MESSAGES",
    "KEEP_REASONS",
    "KEEP_PATIENTS",
    "KEEP_AUDIT",
    "RETRY_FIRST",
    "RETRY_CAP",
    "SESSION_IDLE",
    "SESSION_LIFETIME",
]
ELSE = ["HOST", "DATA_DIR", "MAIL_SERVER", "CLINIC_ADDRESS", "CLINIC_PHONE"]
A_KEY = "a key of the tests"
FICTION = "+49 30 23125 500"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*BAD, *DURATIONS, *ELSE):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("name", "value"), [*BAD.items(), *NO_LINE, *NO_ADDRESS])
def test_a_bad_value_is_refused_with_one_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", A_KEY)
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as refusal:
        read_settings()
    sentence = str(refusal.value)
    assert sentence.startswith(f"{name} cannot be used: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("name", DURATIONS)
def test_a_duration_that_leads_out_of_all_calendars_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "P3000000D")
    with pytest.raises(BadSetting, match=rf"^{name} cannot .* a duration from \w+ to P\d+D is"):
        read_settings()
    monkeypatch.setenv(name, "P3660D")
    read_settings()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::1]", "localhost", "web_1", "a.example.org"])
def test_an_address_or_a_name_is_listened_on(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HOST", host)
    assert read_settings().host == host


def test_a_mail_server_may_be_written_as_in_an_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SERVER", "[2001:db8::25]")
    assert read_settings().mail_server == "2001:db8::25"


def test_a_refused_start_shows_the_sentence_and_no_traceback(tmp_path: Path) -> None:
    ended = run_py(tmp_path, PORT="eight")
    assert ended.returncode == 2
    assert ended.stderr.startswith("Error: PORT cannot be used: ")
    assert ended.stderr.count("\n") == 1


def test_without_any_setting_the_clinic_is_embedded_local_and_a_demo() -> None:
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.embedded
    assert settings.demo_mode
    assert settings.min_notice == settings.cancel_cutoff == timedelta(hours=2)
    assert settings.booking_horizon == timedelta(days=90)
    assert settings.clinic.timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("given", "phone", "address"),
    [
        ({}, FICTION, "Musterallee 12, 12345 Berlin"),
        ({"CLINIC_PHONE": "030 1234"}, "030 1234", "Musterallee 12, 12345 Berlin"),
        ({"CLINIC_ADDRESS": "x" * 200}, FICTION, "x" * 200),
        ({"CLINIC_NAME": "Praxis Weber"}, "", ""),
        ({"DEMO": "0"}, "", ""),
        ({"DEMO": "0", "CLINIC_ADDRESS": "Hof 3, 50667 Köln"}, "", "Hof 3, 50667 Köln"),
        ({"PUBLIC_URL": "https://clinic.example.org"}, "", ""),
    ],
)
def test_only_the_demo_clinic_has_an_address_and_a_telephone_that_nobody_set(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], phone: str, address: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    practice = read_settings().clinic
    assert (practice.phone, practice.address) == (phone, address)


def test_a_file_in_the_working_folder_sets_what_the_environment_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nCLINIC_NAME=From the file\nMAIL_SERVER=\n")
    monkeypatch.setenv("PORT", "9002")
    settings = read_settings()
    assert (settings.port, settings.clinic_name) == (9002, "From the file")
    assert settings.mail_server is None


def test_a_real_database_needs_a_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://localhost/?replicaSet=rs0")
    with pytest.raises(BadSetting, match=r"^SECRET_KEY is needed together with MONGODB_URI"):
        read_settings()


@pytest.mark.parametrize("name", ["MAIL_USERNAME", "MAIL_PASSWORD"])
def test_half_a_login_to_the_mail_server_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "clinic")
    with pytest.raises(BadSetting, match=r"^MAIL_USERNAME and MAIL_PASSWORD are needed together"):
        read_settings()


def test_a_real_database_is_no_demo_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://localhost/?replicaSet=rs0")
    monkeypatch.setenv("SECRET_KEY", A_KEY)
    assert not read_settings().demo_mode
    monkeypatch.setenv("DEMO", "1")
    assert read_settings().demo_mode


@pytest.mark.parametrize(
    ("name", "value"),
    [("HOST", "0.0.0.0"), ("PUBLIC_URL", "https://clinic.example.org"), ("TRUSTED_PROXIES", "1")],
)
def test_what_others_can_reach_is_no_demo_unless_asked_for(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert not read_settings().demo_mode
    monkeypatch.setenv("DEMO", "1")
    assert read_settings().demo_mode


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "MAIL_PASSWORD"):
        monkeypatch.setenv(name, "hush, hush, hush")
    monkeypatch.setenv("MAIL_USERNAME", "clinic")
    monkeypatch.setenv("MONGODB_URI", "mongodb://somebody:hush@localhost/?replicaSet=rs0")
    assert "hush" not in repr(read_settings())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", (timedelta(days=1), timedelta(hours=2))),
        ("PT30M", (timedelta(minutes=30),)),
        ("P2D, PT2H,PT30M", (timedelta(days=2), timedelta(hours=2), timedelta(minutes=30))),
        ("none", ()),
    ],
)
def test_reminders_are_durations_with_commas_between(
    monkeypatch: pytest.MonkeyPatch, written: str, meant: tuple[timedelta, ...]
) -> None:
    monkeypatch.setenv("REMINDERS", written)
    assert read_settings().clinic.reminders == meant


def test_workers_need_a_database_that_they_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:6379/0")
    with pytest.raises(BadSetting, match="REDIS_URL needs MONGODB_URI"):
        read_settings()
