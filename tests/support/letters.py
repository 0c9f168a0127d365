"""E-mails that the app wrote to its folder."""

from email import message_from_bytes, policy

from tests.support.server import Server


def letter_with(server: Server, words: str, address: str) -> str | None:
    """Return the text of a message to an address that has some words in it."""
    for path in server.mail_folder.glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        if message["To"] == address and words in text:
            return str(text)
    return None
