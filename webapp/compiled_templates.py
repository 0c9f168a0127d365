"""Keeps what templates were compiled to, so that a new process need not do it again."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class CompiledTemplates(FileSystemBytecodeCache):
    """A folder of compiled templates, which no page depends on.

    Jinja compiles a template anew when its source has changed; here also when Jinja has, or what
    the environment does with a source. Where the folder cannot be written, nothing is kept.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), "%s.compiled")

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """Return what is kept of a template, if anything is."""
        made_by = f"{jinja2.__version__} {_described(environment)}"
        return super().get_bucket(environment, name, filename, f"{made_by}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is kept of a template."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _described(environment: jinja2.Environment) -> list[Any]:
    return [environment.trim_blocks, environment.lstrip_blocks, *sorted(environment.extensions)]
