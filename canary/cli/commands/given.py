"""The texts of options and arguments beside the values that were made of them.

An empty text is taken for "not given" in one place and for the current folder in another, and Python reads
more numbers than a person types: digits of other scripts, ``1_0``, ``nan``.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def check(command: Any, context: Any, words: Sequence[str]) -> None:
    """Refuse texts that are empty, and numbers that are none.

    Args:
        command: Whose options and arguments they are.
        context: Holds what was made of them.
        words: What was typed.

    Raises:
        typer.BadParameter: Names the option and what is wrong with its text.
    """
    texts, *_ = command.make_parser(context).parse_args(args=list(words))
    called = {each.name: each.opts[0] for each in command.get_params(context)}
    for name, typed in texts.items():
        option = called.get(name, name)
        for text in typed if isinstance(typed, list | tuple) else [typed]:
            if not isinstance(text, str):
                continue
            if not text.strip():
                raise typer.BadParameter(f"{option} is empty: give it a value, or leave it out.")
            value: Any = context.params.get(name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if number and not (_NUMBER.fullmatch(text.strip()) and math.isfinite(value)):
                raise typer.BadParameter(f"{option} {text}: must be a number, such as 2.5.")
