"""Words in templates and code that no catalogue can know of."""

import ast
import re
from collections.abc import Iterator

_TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.S)
_COMMENT = re.compile(r"\{#.*?#\}", re.S)
_NAMES = re.compile(r"\{% block (?!title)\w+ %\}[\w-]*\{% endblock %\}")
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
_VERBATIM = re.compile(r"<(style|script|kbd|code)\b.*?</\1>", re.S)
_READ_OUT = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"|\bdata-[\w-]+')  # in macros for parts of tags
_ADDRESS = re.compile(r"\S*/\S*")
_WORD = re.compile(r"[A-Za-z]{2,}")
_LITERAL = re.compile(
    r"""(\w*\(|[=!]=|\bin \()?\s*("[A-Z“][^"]*[a-z][^"]*"|'[A-Z“][^']*[a-z][^']*')"""
)
_SAYING = {"_(", "gettext(", "ngettext(", "==", "!=", "in ("}
_HEADERS = {"If-None-Match"}

_SENTENCE = re.compile(r"^[A-Z“][^/_]*[a-z]{2,}.*[ .]|[a-z]{2,} [a-z]{2,} [a-z]{2,}")
_PIECE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}|^[A-Z][a-z]+ |^ [a-z]{2,}")
_SAY = {
    "gettext",
    "ngettext",
    "lazy_gettext",
    "lazy_ngettext",
    "pgettext",
    "say",
    "Sentence",
    "counted",
}
_REFUSE = re.compile(
    r"DomainError|NotFound|Conflict|Invalid|Forbidden|TooLate|Unavailable|SlotTaken|SlotsOverlap"
    r"|PatientBusy|DoctorLeft|AlreadyEnded|NoticeNeeded|Confidential|_refusal"
)
_NOBODY_READS = re.compile(
    r"debug|info|warning|error|exception|complain_once|Migration|LookupError|RuntimeError|ValueError|TypeError"
    r"|NotReplicated|compile|sub|signal|Counter|Histogram|Gauge|\w*Metric\w*"
)


def in_template(source: str) -> list[str]:
    """Return the words of a template that are in no message."""
    text = _NAMES.sub("", _COMMENT.sub("", _TRANSLATED.sub("", source)))
    literals = [
        literal[1:-1]
        for code in _CODE.findall(text)
        for before, literal in _LITERAL.findall(code)
        if before not in _SAYING and "ngettext(" not in code and literal[1:-1] not in _HEADERS
    ]
    bare = _VERBATIM.sub("", _CODE.sub("…", text))
    pieces = [*_TAG.sub("\n", bare).split("\n"), *_READ_OUT.findall(bare)]
    words = [_ADDRESS.sub("", _ATTRIBUTE.sub("", re.sub(r"&\w+;", "", one))) for one in pieces]
    return literals + [piece.strip() for piece in words if _WORD.search(piece)]


def in_code(source: str) -> list[str]:
    """Return the sentences of a module that are in no message."""
    return list(_sentences(ast.parse(source)))


def _sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        yield from [text] if _PIECE.search(text) else []
    elif isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
        yield from [text] if _SENTENCE.search(text) else []
    else:
        for child in _looked_into(node):
            yield from _sentences(child)


def _looked_into(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of some code that may hold sentences: neither docstrings nor messages."""
    if isinstance(node, ast.Call):
        name = _name(node.func)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name in _SAY or _REFUSE.fullmatch(name):
            given = [one for one in given if not isinstance(one, ast.Constant)]
        yield from [] if _NOBODY_READS.fullmatch(name) else given
    elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield from ast.iter_child_nodes(node)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
