"""The trace header goes on as it came, but for the parent of a sampled trace."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from mock_read.observe.tracing import Trace

ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
OURS = "Parent=1111111111111111"


@pytest.mark.parametrize(
    ("came", "goes"),
    [
        (ROOT, ROOT),
        (f"{ROOT};Lineage=1:a87bd80c:0", f"{ROOT};Lineage=1:a87bd80c:0"),
        (f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=0", f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=0"),
        (f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=?", f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=?"),
        (
            f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0",
            f"{ROOT};{OURS};Sampled=1;Lineage=1:a87bd80c:0",
        ),
        (f"{ROOT};Sampled=1", f"{ROOT};{OURS};Sampled=1"),
        ("", None),
    ],
)
def test_nothing_is_lost_and_nothing_invented(
    came: str, goes: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lineage stays, and a decision that was not made stays open."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", came)
    assert Trace(SimpleNamespace(id="1111111111111111")).header == goes
