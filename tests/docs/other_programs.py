"""Commands in the documents that are not `canary`'s: what runs them here, or why nothing does.

A key is the beginning of a command, up to what distinguishes it: program and verb, or service and operation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDS_ACCOUNT = "makes or removes something in an AWS account; held to AWS's own models (test_docs_commands)"
BREAK_GLASS = "run by a shell on a stack that is up (test_live_break_glass)"
PLAIN = (
    "run by the plain CLI on the local cloud (tests/plain_cli), and inline in every live test and rehearsal"
)
LANGUAGE_HOST = "wants the real language host's code generator; its options are those of the CLI"
WRITES_ENVIRONMENTS = "would install newer packages into the environments that this test runs in"
BACKEND = "about a state backend in an account; its options are those of the CLI (test_docs_commands)"

OTHER: Mapping[tuple[str, ...], str] = {
    ("make", "check"): "runs this test",
    ("make", "lint"): "`make check` runs it first",
    ("make", "setup"): "ran before this test",
    ("make", "lock"): "asks package registries; its target exists (test_docs_commands)",
    ("make", "clean"): "would remove what this test runs on",
    ("make", "rehearse"): "`make test` runs it as its last part",
    ("make", "bench"): "takes minutes; its target exists",
    ("make", "preview"): "run by tests/rehearsal/test_preview.py",
    ("make", "policy"): "the same analysis is run by tests/policy_engine/test_offline_analysis.py",
    ("pulumi", "up"): PLAIN,
    ("pulumi", "preview"): PLAIN,
    ("pulumi", "destroy"): PLAIN,
    ("pulumi", "package"): LANGUAGE_HOST,
    ("pulumi", "login"): BACKEND,
    ("pulumi", "install"): WRITES_ENVIRONMENTS,
    ("pulumi", "about"): "was run beside the real language host, once (ADR 0034)",
    ("pulumi", "stack", "init"): PLAIN,
    ("pulumi", "stack", "rm"): PLAIN,
    ("pulumi", "stack", "output"): "`--stack NAME` runs it in every live test that names a stack",
    ("pulumi", "stack", "export"): "the engine's tests read what it writes (tests/policy_engine)",
    ("pulumi", "stack", "--show-urns"): BACKEND,
    ("pulumi", "state", "unprotect"): BACKEND,
    ("pulumi", "config", "set"): "run as it stands by tests/plain_cli/test_plain_stack_file.py",
    ("aws", "appconfig", "stop-deployment"): "needs a deployment in the way; held to AWS's own models",
    ("aws", "appconfig"): BREAK_GLASS,
    ("aws", "appconfigdata"): BREAK_GLASS,
    ("aws", "ssm"): BREAK_GLASS,
    ("aws", "cloudwatch"): BREAK_GLASS,
    ("aws", "lambda"): BREAK_GLASS,
    ("aws", "deploy", "stop-deployment"): "needs a release that goes bad; held to AWS's own models",
    ("aws", "s3api"): NEEDS_ACCOUNT,
    ("aws", "kms"): NEEDS_ACCOUNT,
    ("aws", "rds"): NEEDS_ACCOUNT,
    ("aws", "secretsmanager"): NEEDS_ACCOUNT,
    ("aws", "logs", "delete-log-group"): "run last (test_live_uninstalling), on the group that is left",
}


def reason(words: tuple[str, ...]) -> str | None:
    """Say why a command is not played; ``None`` if no reason is listed. The longest matching key decides."""
    lengths = range(len(words), 1, -1)
    return next((OTHER[words[:length]] for length in lengths if words[:length] in OTHER), None)
