"""The monitor as a terminal shows it; plain lines are the monitor's own.

What others wrote goes into `Text`, never into a bare string, which rich would read as markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rollback_guard.visible import visible

from ops.monitor import bar, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ops.monitor import Snapshot

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
    """One look, as a screen."""
    report = snapshot.status
    colour = "green" if report.healthy else "bold red"
    head = Text.assemble(
        (visible(report.phase), colour),
        f"   {snapshot.at:%Y-%m-%d %H:%M:%S} UTC",
        visible(f"   alias version {report.alias.version}"),
    )
    parts: list[RenderableType] = [
        Panel(head, title="read migration"),
        Text(f"requests {snapshot.window}", "dim"),
        _figures(snapshot),
    ]
    if report.judged is not None:
        parts += [
            Text(visible(report.judged.verdict.summary), COLOURS[report.judged.verdict.decision]),
            _rows(snapshot),
        ]
    parts.append(_alarms(snapshot))
    parts += [Text(visible(f"! {sentence}"), "bold yellow") for sentence in report.attention]
    if snapshot.events:
        parts.append(Panel(Text("\n".join(visible(event) for event in snapshot.events)), title="lately"))
    return Group(*parts)


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
