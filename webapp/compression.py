"""Answers travel compressed: pages anew each time at a cheap level, files once for each process."""

from flask import Flask, Response, g, request
from flask_compress import Compress
from flask_compress.flask_compress import DictCache

_SETTINGS = {
    "COMPRESS_REGISTER": False,  # what calls it is below
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_BR_LEVEL": 3,
    "COMPRESS_LEVEL": 5,
    "COMPRESS_STREAMS": False,
    "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "image/svg+xml"],
}
# Who can make a page repeat a guess, and sees how long the answer is, could read a secret off
# the length. Such requests come from other sites; browsers say so (BREACH, CVE-2013-3587).
_FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})


def init_app(app: Flask) -> None:
    """Compress answers; call it first, so that it comes after all else that changes them."""
    app.config.update(_SETTINGS)
    pages, files = Compress(), Compress()
    pages.init_app(app)
    files.init_app(app)
    files.cache, files.cache_key = DictCache(), lambda _request: g.file_version

    def compress(response: Response) -> Response:
        response.vary.add("Accept-Encoding")
        if response.status_code != 200 or request.headers.get("Sec-Fetch-Site") in _FROM_ELSEWHERE:
            return response  # 206 too: a part of a file is counted in bytes of the whole
        if request.endpoint != "static":
            return pages.after_request(response)
        g.file_version = f"{request.path} {response.get_etag()[0]}"
        response.direct_passthrough = False
        response.make_sequence()  # else it would be compressed as a stream, each time
        return files.after_request(response)

    app.after_request(compress)
