"""`python -m tests.policy_engine.broken STACK BREAKING` previews a program that is broken in some places.

This is a separate process, because the SDK's runtime keeps tasks of a program whose engine gave up.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pulumi

from rehearsal import engine
from rehearsal.preview import as_dict, preview


def main(stack: str, breaking: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the outcome, with the ends of names that matched no resource.

    Args:
        stack: Stack whose configuration to read.
        breaking: Inputs that replace a resource's own, by the end of its name; None removes an input.
    """
    whole, met = engine._program, set[str]()

    def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        ends = [end for end in breaking if args.name.endswith(end)]
        if not ends:
            return None
        met.update(ends)
        return pulumi.ResourceTransformationResult({**args.props, **breaking[ends[0]]}, args.opts)

    def broken() -> None:
        pulumi.runtime.register_stack_transformation(change)
        whole()

    engine._program = broken
    return {**as_dict(stack, preview(stack)), "unmet": sorted(breaking.keys() - met)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], json.loads(sys.argv[2]))))
