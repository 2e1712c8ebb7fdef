"""The real Pulumi engine on the real program and policy pack, with the provider stand-in attached.

The program runs inline through the Automation API in its own work folder. The user's projects, plugins,
credentials and state are never touched. See ADR 0001.
"""

from __future__ import annotations

import os
import runpy
import secrets
import shutil
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from pulumi import automation as auto

from canary.cli.stack_file import content_of
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PROJECT = "huntaze-read-migration"
STATE_FORMAT = 3
"""Version of exported deployments, which `pulumi stack export` writes beside them."""
AGAIN = "an unhandled error occurred:"
OF_SECRETS_PROVIDERS = frozenset({"secretsprovider", "encryptedkey", "encryptionsalt"})
"""Keys of a stack settings file that describe its secrets provider.

https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
"""
UNCHANGED = frozenset({"same", "read", "refresh"})


@dataclass(frozen=True)
class Violation:
    """What a policy reported about a resource or the stack.

    Attributes:
        rule: Name of the policy.
        level: ``mandatory`` stops an update; ``advisory`` does not.
        message: The policy's message.
    """

    rule: str
    level: str
    message: str

    def line(self) -> str:
        """Return the violation as one line for a person."""
        return f"[{self.level}] {self.rule}: {self.message}"

    def as_dict(self) -> dict[str, str]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass
class Outcome:
    """What one run of the engine did or would do.

    Attributes:
        changes: Number of resources by operation: create, update, replace, same, delete.
        planned: ``(operation, type, name)`` of each resource that changes.
        violations: Violations that the policies reported.
        diagnostics: Error messages.
        packs: Policy packs that were enforced, with their versions.
        failed: Whether the engine gave up.
    """

    changes: Counter[str] = field(default_factory=Counter)
    planned: list[tuple[str, str, str]] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    diagnostics: list[str] = field(default_factory=list)
    packs: dict[str, str] = field(default_factory=dict)
    failed: bool = False

    @property
    def mandatory(self) -> list[Violation]:
        """The violations that stop an update."""
        return [violation for violation in self.violations if violation.level == "mandatory"]

    @property
    def refused(self) -> bool:
        """Whether the engine or a policy refused the run."""
        return self.failed or bool(self.mandatory)

    @property
    def changed(self) -> int:
        """Number of resources that changed."""
        return sum(count for operation, count in self.changes.items() if operation not in UNCHANGED)

    def see(self, event: auto.EngineEvent) -> None:
        """Record one engine event."""
        if event.resource_pre_event:
            step = event.resource_pre_event.metadata
            if step.op.value not in UNCHANGED:
                self.planned.append((step.op.value, step.type, step.urn.split("::")[-1]))
        if event.summary_event:
            self.changes = Counter(
                {str(getattr(k, "value", k)): v for k, v in event.summary_event.resource_changes.items()}
            )
            # The engine reports a local pack as NAME|local|FOLDER.
            packs = getattr(event.summary_event, "policy_packs", None) or {}
            self.packs = {name.partition("|")[0]: version for name, version in packs.items()}
        if event.policy_event:
            policy = event.policy_event
            self.violations.append(
                Violation(policy.policy_name, str(policy.enforcement_level), policy.message.strip())
            )
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            message = event.diagnostic_event.message.strip()
            # The engine reports a program's own error twice: unchanged, and again as its own error.
            if message.removeprefix(AGAIN).strip() not in self.diagnostics:
                self.diagnostics.append(message)


class EngineError(RuntimeError):
    """The engine refused or failed; the message holds the engine's own diagnostics.

    Args:
        message: The diagnostics.
        outcome: What the engine had done until then.
    """

    def __init__(self, message: str, outcome: Outcome | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome or Outcome(failed=True)


class Engine:
    """One stack of the program.

    Args:
        directory: Work folder for the project copy, the state and Pulumi's home.
        stack: Name of the stack, which says which configuration file to read: beta, prod or rehearsal.
        provider_port: Port on which the provider stand-in listens.
        config: Configuration that overrides the file's, by key without the project's name.
        program: The program to run. Defaults to this project's own.

    Attributes:
        environment: Environment variables with which `pulumi`, and programs that ask it, find this stack from
            a shell.
    """

    def __init__(
        self,
        directory: Path,
        stack: str,
        provider_port: int,
        config: Mapping[str, str | list[str]] | None = None,
        *,
        program: Callable[[], None] | None = None,
    ) -> None:
        self._directory = directory
        self._write_project(stack, config or {})
        state = directory / "state"
        state.mkdir(exist_ok=True)
        self.environment = {
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(12),
            "PULUMI_DEBUG_PROVIDERS": f"aws:{provider_port}",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PATH": f"{ROOT / 'build' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }
        try:
            self._stack = auto.create_or_select_stack(
                stack_name=stack,
                project_name=PROJECT,
                program=program or _program,
                opts=auto.LocalWorkspaceOptions(
                    work_dir=str(directory),
                    pulumi_home=str(directory / "home"),
                    pulumi_command=auto.PulumiCommand(root=str(ROOT / "build"), skip_version_check=True),
                    env_vars=self.environment,
                ),
            )
        except auto.CommandError as error:
            raise EngineError(str(error)) from error
        self._pack = str(ROOT / "policy")
        pack_config = ROOT / f"policy-config.{stack}.json"
        self._packs: dict[str, Any] = {
            "policy_packs": [self._pack],
            "policy_pack_configs": [str(pack_config)],
        }

    def _write_project(self, stack: str, config: Mapping[str, str | list[str]]) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        build = self._directory / "build"
        if not build.exists():
            build.symlink_to(ROOT / "build")
        (self._directory / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
        settings = stack_settings(content_of(ROOT / f"Pulumi.{stack}.yaml"), config)
        (self._directory / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(settings))

    def package(self, name: str, path: Path | None) -> None:
        """Use another package for a function from the next run on; ``None`` restores the checkout's."""
        build = self._directory / "build"
        build.unlink() if build.is_symlink() else shutil.rmtree(build)
        if path is None:
            build.symlink_to(ROOT / "build")
            return
        functions = build / "functions"
        functions.mkdir(parents=True)
        for package in (ROOT / "build" / "functions").glob("*.zip"):
            (functions / package.name).symlink_to(path if package.stem == name else package)

    def preview(self, *, refresh: bool = False, expect_no_changes: bool = False) -> Outcome:
        """Preview the changes with the policies enforced.

        Args:
            refresh: Read every resource first. Default False.
            expect_no_changes: Fail if anything would change, as the nightly job does. Default False.
        """
        return self._run("preview", refresh=refresh, expect_no_changes=expect_no_changes, **self._packs)

    def drift(self) -> Outcome:
        """Check, as the nightly job does, that neither the state nor the cloud differs from the program.

        Raises:
            EngineError: Something differs.
        """
        return self._run("preview", refresh=True, expect_no_changes=True, **self._packs)

    def up(self, *, refresh: bool = False) -> Outcome:
        """Create or update the stack with the policies enforced."""
        return self._run("up", refresh=refresh, **self._packs)

    def destroy(self) -> Outcome:
        """Delete everything in the state."""
        return self._run("destroy")

    def outputs(self) -> dict[str, Any]:
        """Return the stack's exports."""
        return {name: output.value for name, output in self._stack.outputs().items()}

    def remaining(self) -> list[str]:
        """Return the URNs of the resources that the state still holds, except the stack itself."""
        resources = self.export().get("resources") or []
        return [resource["urn"] for resource in resources if resource["type"] != "pulumi:pulumi:Stack"]

    def export(self) -> dict[str, Any]:
        """Return the state's deployment in the form of `pulumi stack export`."""
        return dict(self._stack.export_stack().deployment or {})

    def restore(self, deployment: Mapping[str, Any]) -> None:
        """Import a state that was exported with its secrets in plain text, using this stack's passphrase."""
        settings = yaml.safe_load((self._directory / f"Pulumi.{self._stack.name}.yaml").read_text())
        keeper = {"type": "passphrase", "state": {"salt": settings["encryptionsalt"]}}
        taken_over = {**deployment, "secrets_providers": keeper}
        self._stack.import_stack(auto.Deployment(version=STATE_FORMAT, deployment=taken_over))

    def _run(self, verb: str, **options: Any) -> Outcome:
        outcome = Outcome()
        try:
            getattr(self._stack, verb)(on_event=outcome.see, color="never", **options)
        except auto.CommandError as error:
            outcome.failed = True
            reasons = [violation.line() for violation in outcome.mandatory] + outcome.diagnostics
            raise EngineError("\n".join(dict.fromkeys(reasons)) or str(error), outcome) from error
        return outcome


def stack_settings(content: Mapping[str, Any], config: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """Adapt a stack's settings file for this machine: add configuration and remove the secrets provider.

    `pulumi stack init` writes into the file who encrypts the secrets. The provider named there is the real
    stack's, and neither its passphrase nor its key is on this machine.

    Args:
        content: Of `Pulumi.<stack>.yaml`.
        config: Configuration that overrides the file's, by key without the project's name.
    """
    settings = {name: value for name, value in content.items() if name not in OF_SECRETS_PROVIDERS}
    added = {f"{PROJECT}:{name}": value for name, value in config.items()}
    return {**settings, "config": {**settings.get("config", {}), **added}}


def _program() -> None:
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
