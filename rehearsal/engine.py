"""The real Pulumi engine on the real program and policy pack, with the provider stand-in attached.

The program runs inline through the Automation API, in a work folder of its own: the user's projects,
plugins, credentials and state are never touched. See ADR 0001.
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

from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PROJECT = "huntaze-read-migration"
STATE_FORMAT = 3
"""Of exported deployments: `pulumi stack export` writes its number beside them."""
AGAIN = "an unhandled error occurred:"
OF_SECRETS_PROVIDERS = frozenset({"secretsprovider", "encryptedkey", "encryptionsalt"})
"""https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/"""
UNCHANGED = frozenset({"same", "read", "refresh"})


@dataclass(frozen=True)
class Violation:
    """What a policy said about a resource, or about the stack.

    Attributes:
        level: ``mandatory`` stops an update, ``advisory`` does not.
    """

    rule: str
    level: str
    message: str

    def line(self) -> str:
        """For a person."""
        return f"[{self.level}] {self.rule}: {self.message}"

    def as_dict(self) -> dict[str, str]:
        """Plain values, for JSON."""
        return asdict(self)


@dataclass
class Outcome:
    """What one run of the engine did or would do.

    Attributes:
        changes: Resources by operation: create, update, replace, same, delete.
        planned: ``(operation, type, name)`` of each resource that changes.
        violations: What policies found.
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
        """Those violations that stop an update."""
        return [violation for violation in self.violations if violation.level == "mandatory"]

    @property
    def refused(self) -> bool:
        """Whether the engine or a policy said no."""
        return self.failed or bool(self.mandatory)

    @property
    def changed(self) -> int:
        """Resources that are not as they were."""
        return sum(count for operation, count in self.changes.items() if operation not in UNCHANGED)

    def see(self, event: auto.EngineEvent) -> None:
        """Take one engine event."""
        if event.resource_pre_event:
            step = event.resource_pre_event.metadata
            if step.op.value not in UNCHANGED:
                self.planned.append((step.op.value, step.type, step.urn.split("::")[-1]))
        if event.summary_event:
            self.changes = Counter(
                {str(getattr(k, "value", k)): v for k, v in event.summary_event.resource_changes.items()}
            )
            # A local pack's name comes as NAME|local|FOLDER.
            packs = getattr(event.summary_event, "policy_packs", None) or {}
            self.packs = {name.partition("|")[0]: version for name, version in packs.items()}
        if event.policy_event:
            policy = event.policy_event
            self.violations.append(
                Violation(policy.policy_name, str(policy.enforcement_level), policy.message.strip())
            )
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            message = event.diagnostic_event.message.strip()
            # A program's own error comes once as it is, and once more as the engine's.
            if message.removeprefix(AGAIN).strip() not in self.diagnostics:
                self.diagnostics.append(message)


class EngineError(RuntimeError):
    """The engine refused or failed; its own diagnostics are the message.

    Args:
        outcome: What it did until then.
    """

    def __init__(self, message: str, outcome: Outcome | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome or Outcome(failed=True)


class Engine:
    """One stack of the program.

    Args:
        directory: Work folder: project copy, state, home.
        stack: Which configuration file to read: beta, prod or rehearsal.
        provider_port: Where the stand-in listens.
        config: Configuration on top of the file's, by key without the project's name.
        program: What to run; this project's own by default.

    Attributes:
        environment: What `pulumi`, and whatever asks it, needs to find this stack from a shell.
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
        settings = stack_settings((ROOT / f"Pulumi.{stack}.yaml").read_text(), config)
        (self._directory / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(settings))

    def package(self, name: str, path: Path | None) -> None:
        """Take another package for a function from the next run on; ``None`` takes the checkout's again."""
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
        """What would change, policies enforced.

        Args:
            refresh: Read every resource first.
            expect_no_changes: Fail when anything would change, as the nightly job does.
        """
        return self._run("preview", refresh=refresh, expect_no_changes=expect_no_changes, **self._packs)

    def drift(self) -> Outcome:
        """What the nightly job asks: nothing is otherwise than the program says, in the cloud either.

        Raises:
            EngineError: Something is.
        """
        return self._run("preview", refresh=True, expect_no_changes=True, **self._packs)

    def up(self, *, refresh: bool = False) -> Outcome:
        """Create or update, policies enforced."""
        return self._run("up", refresh=refresh, **self._packs)

    def destroy(self) -> Outcome:
        """Remove everything in the state."""
        return self._run("destroy")

    def outputs(self) -> dict[str, Any]:
        """The stack's exports."""
        return {name: output.value for name, output in self._stack.outputs().items()}

    def remaining(self) -> list[str]:
        """URNs of the resources that the state still holds, the stack itself aside."""
        resources = self.export().get("resources") or []
        return [resource["urn"] for resource in resources if resource["type"] != "pulumi:pulumi:Stack"]

    def export(self) -> dict[str, Any]:
        """The state's deployment, as `pulumi stack export` has it."""
        return dict(self._stack.export_stack().deployment or {})

    def restore(self, deployment: Mapping[str, Any]) -> None:
        """Take over a state that was exported with its secrets shown, under this stack's passphrase."""
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


def stack_settings(text: str, config: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """A stack's file as this machine's stack takes it: with more configuration, without a secrets provider.

    `pulumi stack init` writes into the file who encrypts secrets. That is the real stack's: neither its
    passphrase nor its key is here.

    Args:
        text: Of `Pulumi.<stack>.yaml`.
        config: On top of the file's, by key without the project's name.
    """
    settings = {
        name: value for name, value in yaml.safe_load(text).items() if name not in OF_SECRETS_PROVIDERS
    }
    added = {f"{PROJECT}:{name}": value for name, value in config.items()}
    return {**settings, "config": {**settings["config"], **added}}


def _program() -> None:
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
