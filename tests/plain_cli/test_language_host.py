"""The stand-in for Pulumi's language host: what it asks of an environment, and how it says what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import analyzer_pb2, language_pb2

from rehearsal.language_host.environment import Environment, normalised
from rehearsal.language_host.options import HostError, parsed
from rehearsal.language_host.packages import plugin_version, required
from rehearsal.language_host.plugin import stack_variables
from rehearsal.language_host.program import arguments
from rehearsal.language_host.running import engine_in
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def info(folder: Path, **options: Any) -> language_pb2.ProgramInfo:
    """A program with options of its project file."""
    found = language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point="."
    )
    found.options.update(options)
    return found


def python(folder: Path, packages: str) -> Path:
    """An environment whose pip says what it is told to; returns its folder."""
    program = folder / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n[ \"$2\" = pip ] && echo '{packages}' || echo '{{}}'\n")
    program.chmod(0o755)
    return folder / ".venv"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"virtualenv": 1}, "virtualenv option must be a string"),
        ({"toolchain": "conda"}, "unsupported toolchain option: conda"),
        ({"toolchain": "uv"}, "the toolchain pip alone, and the real host would take uv"),
        ({"typechecker": "pytype"}, "unsupported typechecker option: pytype"),
    ],
)
def test_an_option_that_it_does_not_take_is_refused(
    tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    """Never kinder than the real one."""
    with pytest.raises(HostError, match=said):
        parsed(info(tmp_path, **options))


@pytest.mark.parametrize("lock", ["uv.lock", "poetry.lock"])
def test_a_lock_in_a_folder_above_chooses_another_toolchain(tmp_path: Path, lock: str) -> None:
    """GIVEN no toolchain in the project file THEN anything above decides; so both project files name it."""
    folder = tmp_path / "deep" / "program"
    folder.mkdir(parents=True)
    (tmp_path / lock).touch()
    with pytest.raises(HostError, match=lock.partition(".")[0]):
        parsed(info(folder))
    assert parsed(info(folder, toolchain="pip")).virtualenv == ""
    for project in ("Pulumi.yaml", "policy/PulumiPolicy.yaml"):
        assert "toolchain: pip" in (ROOT / project).read_text()


def test_plugins_are_found_by_the_files_of_packages(tmp_path: Path) -> None:
    """A package that is Pulumi's by its name alone counts by its version; the policy SDK has no plugin."""
    listed = [{"name": "Pulumi_Random", "version": "4.18"}, {"name": "pulumi-policy", "version": "1.21.0"}]
    python(tmp_path, json.dumps([*listed, {"name": "pip", "version": "26.3"}]))
    environment = Environment.of(parsed(info(tmp_path, virtualenv=".venv")))
    (found,) = required(environment)
    assert (found.name, found.version, found.kind) == ("random", "v4.18.0", "resource")


def test_the_programs_own_environment_wants_the_providers_plugin() -> None:
    """As `pulumi-plugin.json` of pulumi-aws has it."""
    environment = Environment.of(parsed(info(ROOT, virtualenv=".venvs/program", toolchain="pip")))
    assert [found.name for found in required(environment)] == ["aws"]


@pytest.mark.parametrize(
    ("package", "plugin"),
    [
        ("1", "1.0.0"),
        ("1.2.3.4", "1.2.3.4"),
        ("2.0a3", "2.0.0-alpha.3"),
        ("2.0.1rc4.post5.dev6", "2.0.1-rc.4+post5dev6"),
        ("1!2.0", None),
        ("2.0+local", None),
    ],
)
def test_a_plugins_version_follows_the_packages(package: str, plugin: str | None) -> None:
    """`determinePluginVersion` of the real host."""
    assert plugin_version(package) == plugin


def test_an_environment_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Before the program is run."""
    with pytest.raises(
        HostError, match=r"'virtualenv' option in Pulumi\.yaml is set to \"\.venv\", but .* doesn't exist"
    ):
        Environment.of(parsed(info(tmp_path, virtualenv=".venv"))).validate()


def test_an_environment_is_activated_over_what_the_engine_has(tmp_path: Path) -> None:
    """Its programs come first, and no other environment's are left."""
    environment = Environment(tmp_path, ".venv", tmp_path)
    given = {"PATH": "/usr/bin", "VIRTUAL_ENV": "/other", "PYTHONHOME": "/other", "A": "1"}
    assert environment.variables(given) == {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin",
        "VIRTUAL_ENV": str(tmp_path),
        "A": "1",
    }


def test_the_executor_is_told_of_the_run(tmp_path: Path) -> None:
    """Empty values are left out; the entry point comes last."""
    request = language_pb2.RunRequest(
        info=info(tmp_path), project="p", stack="s", monitor_address="m:1", dryRun=True, parallel=4
    )
    assert arguments(request, "e:2") == [
        *("--monitor", "m:1", "--engine", "e:2", "--project", "p", "--root_directory", str(tmp_path)),
        *("--stack", "s", "--dry_run", "true", "--parallel", "4", "."),
    ]


def test_a_pack_is_told_of_the_stack_or_of_nothing() -> None:
    """`pulumi policy analyze` has no stack."""
    assert stack_variables(None) == {}
    told = analyzer_pb2.AnalyzerStackConfigureRequest(project="p", stack="s", config={"p:a": "1"})
    assert stack_variables(told) == {
        "PULUMI_PROJECT": "p",
        "PULUMI_STACK": "s",
        "PULUMI_DRY_RUN": "false",
        "PULUMI_CONFIG": '{"p:a": "1"}',
    }


def test_names_and_addresses_are_read_as_written() -> None:
    """PEP 503, and the engine's options before its address."""
    assert normalised("Foo__Bar.-baz") == "foo-bar-baz"
    assert engine_in(["--tracing", "file:/x", "127.0.0.1:80"]) == "127.0.0.1:80"
    assert engine_in([]) == ""
