"""The resources that the pack's own tests judge are those of today's program."""

from __future__ import annotations

import pytest

from rehearsal.capture import FOLDER, STACKS, capture, text


@pytest.mark.slow
@pytest.mark.parametrize("stack", STACKS)
def test_what_was_captured_is_what_a_preview_shows_now(stack: str) -> None:
    """Who changes the program captures anew: python -m rehearsal.capture."""
    assert (FOLDER / f"{stack}.json").read_text() == text(capture(stack))


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_of_a_machine_is_captured(stack: str) -> None:
    """The files are the same whoever writes them."""
    content = (FOLDER / f"{stack}.json").read_text()

    assert str(FOLDER.parents[2]) not in content
    assert "/tmp" not in content  # noqa: S108 - a work folder must not be in there
