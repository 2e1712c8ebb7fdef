"""The Pulumi CLI: the machine's when recent enough, else built once for all clones."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest

from tools.setup import executor, pulumi_cli
from tools.setup.commands import Commands, Running
from tools.setup.places import Places
from tools.setup.progress import Progress
from tools.setup.step import StepError

GO_MOD = "module pulumicli\n\ngo 1.25.11\n\nrequire github.com/pulumi/pulumi/pkg/v3 v3.259.0\n"
SLOW_GO = """#!/bin/sh
# A Go that takes a while to build a CLI, and counts its builds.
[ "$1" = version ] && { echo "go version go1.26.8 linux/amd64"; exit 0; }
[ "$1" = mod ] && exit 0
[ "$1" = -C ] && { echo "$2/../module"; cd "$2/.."; mkdir -p module/python/cmd;
    touch module/python/cmd/pulumi-language-python-exec; exit 0; }
while [ "$1" != -o ]; do shift; done
echo build >> "$BUILDS"
sleep 0.3
printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"
chmod +x "$2"
"""


def program(path: Path, text: str) -> Path:
    """Something executable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Clone:
    """A checkout with the pins, on a machine whose programs are in one folder."""

    def __init__(self, home: Path, name: str) -> None:
        self.home = home
        environment = {
            "PATH": f"{home / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "XDG_CACHE_HOME": str(home),
        }
        self.places = Places.of(home / name, environment)
        self.says = io.StringIO()
        source = self.places.root / "tools" / "pulumi-cli"
        source.mkdir(parents=True)
        (source / "go.mod").write_text(GO_MOD)
        (source / "go.sum").write_text("sums\n")
        self.source = source

    def set_up(self) -> None:
        """Only the CLI."""
        step = pulumi_cli.step(self.places, Progress(self.says))
        environment = {"PATH": self.places.search_path, "BUILDS": str(self.home / "builds")}
        step.run(self.places.stamps, Commands(Running(), self.home / "log", environment))

    @property
    def linked(self) -> Path:
        """What the others will start."""
        return (self.places.bin / "pulumi").resolve()

    @property
    def builds(self) -> int:
        """How often Go has built."""
        path = self.home / "builds"
        return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_recent_cli_on_path_is_used(tmp_path: Path) -> None:
    """Nothing is built."""
    machines = program(tmp_path / "bin" / "pulumi", "#!/bin/sh\necho v3.260.1\n")
    clone = Clone(tmp_path, "clone")
    clone.set_up()
    assert clone.linked == machines
    assert clone.builds == 0


def test_an_old_cli_on_path_is_not(tmp_path: Path) -> None:
    """GIVEN an older one WHEN set-up runs THEN the pinned one is built and linked."""
    program(tmp_path / "bin" / "pulumi", "#!/bin/sh\necho v3.100.0\n")
    program(tmp_path / "bin" / "go", SLOW_GO)
    clone = Clone(tmp_path, "clone")
    clone.set_up()
    assert clone.linked.is_relative_to(clone.places.cache)
    assert clone.builds == 1


def test_the_executor_is_kept_beside_a_cli_that_was_built(tmp_path: Path) -> None:
    """GIVEN a CLI built here WHEN a Go from a wheel is gone again THEN a language host finds the executor."""
    program(tmp_path / "bin" / "go", SLOW_GO)
    clone = Clone(tmp_path, "clone")
    clone.set_up()
    kept = clone.linked.with_name(executor.NAME)
    assert os.access(kept, os.X_OK)


def test_a_module_without_an_executor_fails_the_build(tmp_path: Path) -> None:
    """A language host without one could run nothing."""
    program(tmp_path / "bin" / "go", SLOW_GO.replace("-exec;", "-other;"))
    with pytest.raises(StepError, match="holds no python/cmd/pulumi-language-python-exec"):
        Clone(tmp_path, "clone").set_up()


def test_two_clones_at_once_build_once(tmp_path: Path) -> None:
    """GIVEN two clones on one machine WHEN both are set up at once THEN one builds, the other shares."""
    program(tmp_path / "bin" / "go", SLOW_GO)
    clones = [Clone(tmp_path, "one"), Clone(tmp_path, "two")]
    threads = [threading.Thread(target=clone.set_up) for clone in clones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clones[0].builds == 1
    assert clones[0].linked == clones[1].linked
    assert sum("waiting" in clone.says.getvalue() for clone in clones) == 1


def test_other_pins_build_another_cli(tmp_path: Path) -> None:
    """The cache is keyed by content: a new checksum is never served an old build."""
    program(tmp_path / "bin" / "go", SLOW_GO)
    one, other = Clone(tmp_path, "one"), Clone(tmp_path, "other")
    (other.source / "go.sum").write_text("other sums\n")
    one.set_up()
    other.set_up()
    assert one.builds == 2
    assert one.linked != other.linked


def test_a_failed_build_leaves_nothing_half_made(tmp_path: Path) -> None:
    """GIVEN Go that writes half a program and fails THEN that is reported and the next attempt builds."""
    program(
        tmp_path / "bin" / "go", SLOW_GO.replace("sleep 0.3", 'echo half > "$2"; echo no space left; exit 1')
    )
    clone = Clone(tmp_path, "clone")
    with pytest.raises(StepError, match="no space left"):
        clone.set_up()
    kept = pulumi_cli.cached(clone.places, clone.source).parent
    assert [path.name for path in kept.iterdir()] == ["lock"]
    program(tmp_path / "bin" / "go", SLOW_GO)
    clone.set_up()
    assert clone.builds == 2


def test_a_build_of_another_version_is_refused(tmp_path: Path) -> None:
    """What was built must say what was pinned."""
    program(tmp_path / "bin" / "go", SLOW_GO.replace("echo v3.259.0", "echo v3.1.0"))
    with pytest.raises(StepError, match=r"does not say that it is 3\.259\.0"):
        Clone(tmp_path, "clone").set_up()


def test_the_pinned_version_is_read_from_go_mod() -> None:
    """Of this very checkout, whose checksums are there too."""
    source = Path(__file__).resolve().parents[2] / "tools" / "pulumi-cli"
    version = pulumi_cli.pinned_version(source)
    assert f"github.com/pulumi/pulumi/pkg/v3 v{version} h1:" in (source / "go.sum").read_text()
