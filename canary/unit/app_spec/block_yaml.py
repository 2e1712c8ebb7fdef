"""Reads the YAML that AppSpec files are written in: blocks of names and items, and scalars on one line.

A library would add 800 KB to the guard's package of 60 KB, for one optional document of ten lines. So this
reads only the form that AWS documents. It refuses everything else instead of guessing: flow collections,
anchors, tags, block and folded scalars, escapes. Every scalar is text, so ``1`` and ``"1"`` are the same
version.
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure.html,
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-example.html,
https://yaml.org/spec/1.2.2/#chapter-8-block-style-productions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

DEEPEST = 16
LONGEST_LINE = 1000
"""Maximum length of a line in characters. The longest ARN or name is far shorter, and the patterns below take
quadratic time."""
_NO_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML does not allow: https://yaml.org/spec/1.2.2/#51-character-set."""
_NAME = re.compile(
    r"""("(?P<double>[^"\\]*)"|'(?P<single>[^']*)'|(?P<plain>[A-Za-z_][\w.-]*))\s*:(\s+(?P<rest>.*))?$"""
)
_SCALAR = re.compile(
    r"""("(?P<double>[^"\\]*)"|'(?P<single>([^']|'')*)'"""
    r"""|(?P<plain>(?![-?:]\s)[^\s\[\]{}&*!|>%@`"'#,].*?))?(\s+\#.*|\s*)$"""
)


class NotReadError(ValueError):
    """The content is not in the form that is read here. The message names the line and what is wrong."""


@dataclass
class _Line:
    number: int
    indent: int
    text: str


class _Block:
    """Lines that are consumed one after another."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines

    @property
    def next(self) -> _Line | None:
        return self._lines[0] if self._lines else None

    def node(self, indent: int, depth: int) -> Any:
        """Read the collection or scalar that begins with the next line."""
        line = self._lines[0]
        if depth > DEEPEST:
            raise NotReadError(f"line {line.number}: nested deeper than {DEEPEST} levels")
        if _is_item(line.text):
            return self._items(indent, depth)
        if _NAME.match(line.text):
            return self._names(indent, depth)
        return _scalar(self._lines.pop(0))

    def _items(self, indent: int, depth: int) -> list[Any]:
        found: list[Any] = []
        while (line := self.next) is not None and line.indent == indent and _is_item(line.text):
            rest = line.text[1:].lstrip()
            if not rest or rest.startswith("#"):
                self._lines.pop(0)
                found.append(self._nested(indent, depth, items=False))
                continue
            line.indent += len(line.text) - len(rest)
            line.text = rest
            found.append(self.node(line.indent, depth + 1))
        return found

    def _names(self, indent: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (line := self.next) is not None and line.indent == indent and not _is_item(line.text):
            named = _NAME.match(line.text)
            if named is None:
                raise NotReadError(f"line {line.number}: neither `name: value` nor `- item`")
            name = next(part for part in named.group("double", "single", "plain") if part is not None)
            if name in found:
                raise NotReadError(f"line {line.number}: {name[:40]!r} is given twice")
            self._lines.pop(0)
            rest = named.group("rest") or ""
            if not rest or rest.startswith("#"):
                found[name] = self._nested(indent, depth, items=True)
            else:
                found[name] = _scalar(_Line(line.number, indent, rest))
        return found

    def _nested(self, indent: int, depth: int, *, items: bool) -> Any:
        """Read what is below a name or a dash. Items may stand in the same column as their name."""
        line = self.next
        if line is not None and line.indent > indent:
            return self.node(line.indent, depth + 1)
        if items and line is not None and line.indent == indent and _is_item(line.text):
            return self._items(indent, depth + 1)
        return ""


def read(content: str) -> Any:
    """Parse a document into dicts, lists and texts. An absent value is an empty text.

    Raises:
        NotReadError: The content is not in this form.
    """
    if _NO_TEXT.search(content):
        raise NotReadError("a character that YAML does not allow")
    lines = _lines(content)
    if not lines:
        raise NotReadError("there is nothing in it")
    block = _Block(lines)
    value = block.node(lines[0].indent, 0)
    if (left := block.next) is not None:
        raise NotReadError(f"line {left.number}: does not belong to what is above it")
    return value


def _lines(content: str) -> list[_Line]:
    found: list[_Line] = []
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", content.removeprefix("\ufeff")), 1):
        text = raw.lstrip(" ")
        if len(text) > LONGEST_LINE:
            raise NotReadError(f"line {number}: longer than {LONGEST_LINE} characters")
        if text.startswith("\t") and text.strip():
            raise NotReadError(f"line {number}: indented by a tab")
        if not text.strip() or text.startswith("#"):
            continue
        if re.match(r"---(\s|$)", raw) and not found:
            text = raw[3:].strip()
            if text and not text.startswith("#"):
                raise NotReadError(f"line {number}: content beside `---`")
            continue
        if re.match(r"\.\.\.\s*$", raw):
            break
        found.append(_Line(number, len(raw) - len(text), text.rstrip()))
    return found


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith(("- ", "-\t"))


def _scalar(line: _Line) -> str:
    read_as = _SCALAR.match(line.text)
    if read_as is None:
        raise NotReadError(f"line {line.number}: a value in a form that is not read")
    double, single, plain = read_as.group("double", "single", "plain")
    if double is not None:
        return str(double)
    if single is not None:
        return str(single).replace("''", "'")
    if plain is None or re.search(r":(\s|$)", plain):
        raise NotReadError(f"line {line.number}: a value in a form that is not read")
    return str(plain)
