"""The monitor as a terminal shows it; plain lines are the monitor's own.

What others wrote goes into `Text`, never into a bare string, which rich would read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from canary.cli.monitor import bar, shown
from canary.unit.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from canary.cli.monitor import Snapshot

COLOURS = {
    "GO": "green",
    "NO-GO": "bold red",
    "INVESTIGATE": "yellow",
    "INCONCLUSIVE": "cyan",
    "OK": "green",
    "ALARM": "bold red",
    "MISSING": "bold red",
}


def drawn(snapshot: Snapshot) -> RenderableType:
    """One look, as a screen that fits its terminal."""
    return _Screen(snapshot)


@dataclass(frozen=True)
class _Screen:
    """A look in as many lines as the terminal has.

    Everything is shown where there is room for it. Elsewhere boxes are left out, and each part takes lines
    in the order of what an operator acts on: the phase and the verdict come first, and what happened lately
    gets what is left, its newest lines first. Where a part stands on the screen does not depend on that.
    """

    snapshot: Snapshot

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lines from the top to the bottom of the screen."""
        height, inner = options.max_height, options.update(height=None)
        lines = console.render_lines(Group(*_roomy(self.snapshot)), inner, pad=False)
        if len(lines) > height:
            lines = [
                line
                for part in _fitting(self.snapshot, height, partial(_lines, console, inner))
                for line in part
            ]
        for line in lines:
            yield from line
            yield Segment.line()


def _lines(console: Console, options: ConsoleOptions, part: RenderableType) -> list[list[Segment]]:
    return console.render_lines(part, options, pad=False)


def _roomy(snapshot: Snapshot) -> list[RenderableType]:
    """Every part, for a terminal that has the lines."""
    parts: list[RenderableType] = [
        Panel(_head(snapshot), title="read migration"),
        _window(snapshot),
        _figures(snapshot),
        *_verdict(snapshot),
        *([] if snapshot.status.judged is None else [_rows(snapshot)]),
        _alarms(snapshot),
        *_attention(snapshot),
    ]
    if snapshot.events:
        parts.append(Panel(_lately(snapshot), title="lately"))
    return parts


def _fitting(
    snapshot: Snapshot, height: int, lines_of: Callable[[RenderableType], list[list[Segment]]]
) -> list[list[list[Segment]]]:
    """Lines of each part, from the top of the screen to the bottom, together no more than its height."""
    judged = snapshot.status.judged is not None
    phase, window = _head(snapshot), _window(snapshot)
    phase.no_wrap = window.no_wrap = True
    phase.overflow = window.overflow = "ellipsis"
    # In the order in which they are given lines; each with where it stands.
    parts: list[tuple[int, list[list[Segment]]]] = [
        (0, lines_of(phase)),
        *((1, lines_of(text)) for text in _verdict(snapshot)),
        (5, [line for text in _attention(snapshot) for line in lines_of(text)]),
        (4, lines_of(_alarms(snapshot))),
        (3, lines_of(_rows(snapshot)) if judged else []),
        (2, [*lines_of(window), *lines_of(_figures(snapshot))]),
    ]
    shown: dict[int, list[list[Segment]]] = {}
    left = height
    for where, part in parts:
        shown[where] = part[:left]
        left -= len(shown[where])
    if snapshot.events and left:
        shown[6] = lines_of(_lately(snapshot))[-left:]
    return [part for _, part in sorted(shown.items())]


def _head(snapshot: Snapshot) -> Text:
    report = snapshot.status
    return Text.assemble(
        (visible(report.phase), "green" if report.healthy else "bold red"),
        f"   {snapshot.at:%Y-%m-%d %H:%M:%S} UTC",
        visible(f"   alias version {report.alias.version}"),
    )


def _window(snapshot: Snapshot) -> Text:
    return Text(f"requests {snapshot.window}", "dim")


def _verdict(snapshot: Snapshot) -> list[Text]:
    judged = snapshot.status.judged
    if judged is None:
        return []
    return [Text(visible(judged.verdict.summary), COLOURS[judged.verdict.decision])]


def _attention(snapshot: Snapshot) -> list[Text]:
    return [Text(visible(f"! {sentence}"), "bold yellow") for sentence in snapshot.status.attention]


def _lately(snapshot: Snapshot) -> Text:
    """A line for each event; one that is too long ends in an ellipsis."""
    lines = "\n".join(visible(event) for event in snapshot.events)
    return Text(lines, no_wrap=True, overflow="ellipsis")


def _figures(snapshot: Snapshot) -> Table:
    found = snapshot.figures
    table = Table.grid(padding=(0, 3))
    table.add_row(
        "requests", "share", "errors", "canary errors", "P95 mock", "P95 canary", "diffs", style="dim"
    )
    table.add_row(
        f"{snapshot.counts.requests}",
        shown(found["share_percent"], " %"),
        shown(found["error_percent"], " %"),
        shown(found["canary_error_percent"], " %"),
        shown(found["p95_mock_ms"], " ms"),
        shown(found["p95_canary_ms"], " ms"),
        f"{shown(found['diff_percent'], ' %')} of {snapshot.counts.compared}",
    )
    return table


def _rows(snapshot: Snapshot) -> Table:
    table = Table("", "decision", "evidence", "", "why", box=None, pad_edge=False)
    judged = snapshot.status.judged
    for row in judged.verdict.rows if judged else ():
        towards, part, drawing = bar(row)
        table.add_row(
            Text(visible(row.name)),
            Text(row.decision, COLOURS[row.decision]),
            drawing,
            f"{100 * part:.0f} % {towards}",
            Text(visible(row.why)),
        )
    return table


def _alarms(snapshot: Snapshot) -> Text:
    text = Text("alarms  ")
    for name, state in snapshot.status.alarms.items():
        text.append(visible(f"{name} {state}   "), COLOURS.get(state, "yellow"))
    return text
