"""Jinja, without what our pages do not need: layers of globals, and indentation on the wire."""

import re
from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2.ext import Extension

# Jinja takes the line break behind a tag. Where more than the tag stands on that line, the
# indentation is all that parts its words from the next line's.
_INDENTATION = re.compile(r"((?<!%})\n|^[ \t]*{%[^%\n]*%}\n)[ \t]+(?=<|{{)", re.MULTILINE)


class WithoutIndentation(Extension):
    """Leaves out what is written before an element for those who read templates.

    It happens when a template is compiled; the line break stays, which is space enough in HTML.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Return the source of a template as it is compiled."""
        return _INDENTATION.sub(r"\1", source)


class PageEnvironment(Environment):
    """The environment of all templates.

    Jinja layers the globals under each template's own and compares the layers name by name
    whenever a template imports another: a third of a small page's time. Ours have none of their
    own, so that all share one mapping.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template sees beside its context."""
        return super().make_globals(d) if d else self.globals
