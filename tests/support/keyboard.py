"""Working a page without touching a mouse."""

from playwright.sync_api import Locator, Page


def tab_to(page: Page, wanted: Locator, *, most: int = 150) -> None:
    """Press Tab until something has the focus, and see that it is visible there."""
    wanted.wait_for()
    for _ in range(most):
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {wanted}")


def press(page: Page, wanted: Locator) -> None:
    """Go to a link or button and press Enter."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def fill(page: Page, wanted: Locator, text: str) -> None:
    """Go to a field and type over what it holds."""
    tab_to(page, wanted)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)
