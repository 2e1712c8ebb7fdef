"""`python -m tests.package.consumer PORT INPUTS` previews a program that knows the unit only by its token.

A program in another language knows no more: the SDK generated for it contains only tokens. This is a separate
process, because the SDK's runtime keeps tasks of a program whose engine gave up.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from localaws.provider.server import serve
from rehearsal import engine
from rehearsal.engine import Engine, EngineError
from rehearsal.preview import as_dict

TAGS = {"Project": "orders", "Stack": "beta", "Owner": "orders"}


def main(package_port: int, inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the outcome of a preview.

    Args:
        package_port: Port on which the package listens.
        inputs: Inputs of the unit, by the schema's names.
    """

    def program() -> None:
        provider = aws.Provider("aws", region="us-east-1", default_tags={"tags": TAGS})
        pulumi.ComponentResource(
            "canary:index:CanaryMigration",
            "orders",
            inputs,
            pulumi.ResourceOptions(providers=[provider]),
            remote=True,
        )

    engine._program = program
    with tempfile.TemporaryDirectory(prefix="consumer-") as folder, serve(None) as provider:
        previewed = Engine(Path(folder), "beta", provider.port)
        workspace = previewed._stack.workspace
        listening = f"aws:{provider.port},canary:{package_port}"
        workspace.env_vars = {**workspace.env_vars, "PULUMI_DEBUG_PROVIDERS": listening}
        try:
            outcome = previewed.preview()
        except EngineError as error:
            outcome = error.outcome
    return as_dict("beta", outcome)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), json.loads(sys.argv[2]))))
