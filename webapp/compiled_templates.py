"""Keeps what templates were compiled to, so that a new process need not do it again."""

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

# What decides, beside a template itself, on what it is compiled to.
_DECIDING = ("page_environment.py", "templating.py")


class CompiledTemplates(FileSystemBytecodeCache):
    """A folder of compiled templates, which no page depends on.

    Jinja compiles a template anew when its source has changed; here also when Jinja has, or our own
    code that takes part. Where the folder cannot be written or read, nothing is kept.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), "%s.compiled")

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """Return what is kept of a template, if anything is."""
        return super().get_bucket(environment, name, filename, f"{_made_by()}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is kept of a template; what cannot be read is made anew."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - whatever unpickling what is damaged may raise
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


@cache
def _made_by() -> str:
    code = [Path(__file__).with_name(name).read_bytes() for name in _DECIDING]
    return f"{jinja2.__version__} {hashlib.sha256(b''.join(code)).hexdigest()}"
