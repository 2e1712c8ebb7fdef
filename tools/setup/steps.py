"""All steps of set-up, each after the steps that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.setup import environments, function_packages, installer, language_host, node, pulumi_cli

if TYPE_CHECKING:
    from tools.setup.places import Places
    from tools.setup.progress import Progress
    from tools.setup.step import Step


def all_steps(places: Places, progress: Progress) -> list[Step]:
    """Return all steps. The longest is early, so that the others run beside it."""
    return [
        installer.step(places),
        pulumi_cli.step(places, progress),
        environments.runtime(places, progress),
        node.step(places, progress),
        node.prisma_packages(places),
        environments.program(places),
        environments.policy(places),
        environments.cloud(places),
        pulumi_cli.analyzer(places),
        language_host.step(places, progress),
        node.runtime_client(places),
        node.prisma_bundle(places),
        *function_packages.third_party_steps(places),
        *function_packages.steps(places),
    ]
