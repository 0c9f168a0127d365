"""Browsers that are closed when a test ends."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.support.browser_form import Visitor

Visit = Callable[[str], Visitor]


@pytest.fixture
def visit() -> Iterator[Visit]:
    """Open a browser without JavaScript at a server's address."""
    with ExitStack() as opened:

        def at(url: str) -> Visitor:
            visitor = Visitor(url)
            opened.enter_context(visitor.http)
            return visitor

        yield at
