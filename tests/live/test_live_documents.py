"""Each `canary` command in the documents that has a local meaning does there what its document says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.live import documented
from tests.live.acts import DECISIONS, matches

if TYPE_CHECKING:
    from tests.live.acts import Act
    from tests.live.player import Player

pytestmark = pytest.mark.slow

ACTS = [
    (moment, act)
    for moment in documented.MOMENTS
    for act in (*moment.changes, *moment.looks, *moment.meanwhile)
]


@pytest.mark.parametrize(
    ("moment", "act"),
    [pytest.param(moment.name, act, id=f"{moment.name}: canary {act.text}") for moment, act in ACTS],
)
def test_a_command_does_what_its_document_says(played: Player, moment: str, act: Act) -> None:
    """It ends as said, prints what is said, and with --json nothing but a document on standard output."""
    ran = played.ran[moment, act.text]
    assert ran.code in act.codes, str(ran)
    assert matches(act.says, f"{ran.out}\n{ran.err}"), f"no {act.says!r} in {ran}"
    if len(act.codes) > 1:
        (decision,) = re.findall(r'(?:^|"decision": ")(NO-GO|GO|INVESTIGATE|INCONCLUSIVE)\b', ran.out)[:1]
        assert ran.code == DECISIONS[decision], str(ran)
    if "--json" in act.words:
        json.loads(ran.out)


def test_a_verdict_is_judged_again_from_what_was_printed(played: Player) -> None:
    """GIVEN `canary verdict --json` of the shadow hour, kept in a file THEN --from comes to the same."""
    kept = played.ran[documented.SHADOW.name, "verdict --json"]
    summary = played.unit.work / "summary.json"
    summary.write_text(json.dumps({"verdict": kept.document}))
    again = played.unit.canary("verdict", "--from", str(summary), "--json")
    assert again.code == kept.code
    assert again.document["decision"] == kept.document["decision"]


def test_saved_names_alone_find_the_unit(played: Player) -> None:
    """GIVEN neither Pulumi nor outputs, as the playbook says of --prefix THEN the same phase is seen."""
    ran = played.unit.canary("--prefix", "huntaze", "status", "--json", named=True, code=0)
    assert ran.document["phase"] == "off"
