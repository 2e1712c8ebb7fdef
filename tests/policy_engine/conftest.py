"""Previews by the real engine, with the real program and pack, on a stack that does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from rehearsal import engine
from rehearsal.preview import preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.engine import Outcome

Breaking = dict[str, dict[str, Any]]
"""Inputs that replace a resource's own, by the end of its name; None takes one away."""


@pytest.fixture
def previewed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Breaking], Outcome]:
    """Preview a stack whose program has been broken in the places that are given."""
    whole = engine._program

    def run(stack: str, breaking: Breaking) -> Outcome:
        met: set[str] = set()

        def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
            ends = [end for end in breaking if args.name.endswith(end)]
            if not ends:
                return None
            met.update(ends)
            return pulumi.ResourceTransformationResult({**args.props, **breaking[ends[0]]}, args.opts)

        def broken() -> None:
            pulumi.runtime.register_stack_transformation(change)
            whole()

        monkeypatch.setattr(engine, "_program", broken)
        outcome = preview(stack)
        assert met == breaking.keys(), "the program has no resources of these names any more"
        return outcome

    return run
