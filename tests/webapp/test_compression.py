"""Pages and files travel compressed, and browsers may still ask whether one has changed."""

import gzip

import brotli
import pytest
from werkzeug.test import TestResponse

from tests.webapp.browsing import Browser, attributes

BROTLI = {"Accept-Encoding": "gzip, deflate, br, zstd"}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


def read(browser: Browser, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Return an answer of which nothing is left open."""
    answer = browser.get(path, headers=headers)
    answer.get_data()
    answer.close()
    return answer


@pytest.mark.parametrize("path", ["/", "/static/css/base.css"])
@pytest.mark.parametrize(("accepted", "used"), [("gzip, deflate, br", "br"), ("gzip", "gzip")])
def test_pages_and_files_arrive_as_they_were(
    browser: Browser, path: str, accepted: str, used: str
) -> None:
    packed = read(browser, path, {"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == used
    assert int(packed.headers["Content-Length"]) == len(packed.data) < 4000
    plain = read(browser, path)
    assert "Content-Encoding" not in plain.headers
    lines = plain.data.splitlines()
    unpacked = UNPACK[used](packed.data).splitlines()
    assert [line for line in unpacked if b"csrf" not in line] == [
        line for line in lines if b"csrf" not in line
    ]
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("headers", [BROTLI, {"Accept-Encoding": "gzip"}, {}])
def test_a_file_that_has_not_changed_is_not_sent_again(
    browser: Browser, headers: dict[str, str]
) -> None:
    first = read(browser, "/static/css/base.css", headers)
    tag = first.headers["ETag"]
    again = read(browser, "/static/css/base.css", {**headers, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_each_form_of_a_file_has_a_tag_of_its_own(browser: Browser) -> None:
    tags = {
        read(browser, "/static/css/base.css", {"Accept-Encoding": one}).headers["ETag"]
        for one in ("br", "gzip", "identity")
    }
    assert len(tags) == 3


def test_a_part_of_a_file_is_sent_as_it_lies_there(browser: Browser) -> None:
    part = read(browser, "/static/css/base.css", {**BROTLI, "Range": "bytes=0-999"})
    assert (part.status_code, len(part.data)) == (206, 1000)
    assert "Content-Encoding" not in part.headers


def test_the_length_of_a_page_tells_other_sites_nothing(browser: Browser) -> None:
    asked = {**BROTLI, "Sec-Fetch-Site": "cross-site"}
    assert "Content-Encoding" not in read(browser, "/?q=guess", asked).headers


def test_all_files_of_a_first_visit_together_are_small(browser: Browser) -> None:
    page = read(browser, "/", BROTLI)
    plain = read(browser, "/")
    files = {one for one in (*attributes(plain, "href"), *attributes(plain, "src")) if "?v=" in one}
    files.add("/static/vendor/pico.min.css?v=2.1.1")
    sizes = {one: len(read(browser, one, BROTLI).data) for one in files}
    assert len(page.data) + sum(sizes.values()) < 100_000, sizes
