"""What a rehearsal says on the way, whatever the texts in it."""

from __future__ import annotations

import io

from hypothesis import given

from rehearsal.progress import Progress
from tests.fakes.hostile import hostile, shown_badly
from tests.fuzzing import fuzz


@fuzz(2_000)
@given(hostile())
def test_text_of_others_neither_steers_a_terminal_nor_forges_a_line(text: str) -> None:
    """An access log's name, an engine's error, an alarm: its own line ends stay, none at a line's start."""
    out = io.StringIO()
    progress = Progress(out)
    progress.step(text)
    progress.event(1.0, text, bad=True)
    shown = out.getvalue()
    assert shown_badly(shown) == []
    own = [line for line in shown.splitlines() if not line.startswith(" " * 10)]
    assert len(own) == 2
