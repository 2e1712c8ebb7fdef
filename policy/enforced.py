"""Turns rules into policies of the SDK. Settings, exceptions and unknown values are handled only here."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import exemptions
from graph import Finding, Outcome, Resource, Stack, Undecided
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from rule import NotApplicableError, ResourceRule, Rule, Settings, StackRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from ledger import Ledger


class Enforcement:
    """Turns rules into policies of the SDK.

    Args:
        ledger: Collects exceptions and open questions.
        today: Returns today's date, for exceptions and end dates.
    """

    def __init__(self, ledger: Ledger, today: Callable[[], date]) -> None:
        self._ledger, self._today = ledger, today

    def policy(self, rule: Rule, level: EnforcementLevel = EnforcementLevel.MANDATORY) -> Policy:
        """Return the policy that enforces a rule. A configuration may change its level; default mandatory."""
        paperwork: dict[str, Any] = {
            "name": rule.name,
            "description": rule.description,
            "enforcement_level": level,
            "config_schema": schema(rule),
            "severity": rule.severity,
            "framework": rule.framework,
            "remediation_steps": rule.remediation,
            "url": rule.url,
        }
        if isinstance(rule, ResourceRule):
            return ResourceValidationPolicy(validate=self._of_resource(rule), **paperwork)
        if isinstance(rule, StackRule):
            return StackValidationPolicy(validate=self._of_stack(rule), **paperwork)
        raise TypeError(f"{rule.name} is about neither a resource nor a stack")

    def _of_resource(self, rule: ResourceRule) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            configuration = args.get_config() or {}
            allowed = self._allowed(rule, configuration)
            if args.resource_type in rule.types:
                resource = Resource.of(args)
                with self._judging(rule, f"'{resource.name}'"):
                    for outcome in rule.check(resource, settings(rule, configuration)):
                        self._tell(rule, outcome, allowed, report)

        return validate

    def _of_stack(self, rule: StackRule) -> Callable[[StackValidationArgs, ReportViolation], None]:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            configuration = args.get_config() or {}
            allowed = self._allowed(rule, configuration)
            try:
                with self._judging(rule, "the stack"):
                    for outcome in rule.check(Stack.of(args.resources), settings(rule, configuration)):
                        self._tell(rule, outcome, allowed, report)
            except NotApplicableError as reason:
                args.not_applicable(str(reason))

        return validate

    @contextlib.contextmanager
    def _judging(self, rule: Rule, what: str) -> Iterator[None]:
        """Leave a rule's question open if properties have an unexpected form; other rules still run."""
        try:
            yield
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            self._ledger.give_up(rule.name, f"{what} ({type(error).__name__}: {error})")

    def _allowed(self, rule: Rule, configuration: Mapping[str, Any]) -> list[exemptions.Exemption]:
        found = exemptions.exemptions(rule.name, configuration)
        for exemption in found:
            self._ledger.declare(exemption)
        return found

    def _tell(
        self, rule: Rule, outcome: Outcome, allowed: list[exemptions.Exemption], report: ReportViolation
    ) -> None:
        if isinstance(outcome, Undecided):
            self._ledger.leave_open(rule.name, outcome)
            return
        covering = [exemption for exemption in allowed if exemption.covers(outcome.resource)]
        holding = [exemption for exemption in covering if exemption.holds(self._today())]
        if holding:
            self._ledger.use(holding[0])
            return
        report(_message(outcome, covering), outcome.resource.urn if outcome.resource else None)


def _message(finding: Finding, expired: list[exemptions.Exemption]) -> str:
    if not expired:
        return finding.message
    return f"{finding.message} (An exception for it expired on {expired[0].expires}.)"


def settings(rule: Rule, configuration: Mapping[str, Any]) -> Settings:
    """Return a rule's settings: configured values, and defaults for the rest."""
    return {setting.name: configuration.get(setting.name, setting.default) for setting in rule.settings}


def schema(rule: Rule) -> PolicyConfigSchema:
    """Return the schema of a rule's configuration."""
    properties = {setting.name: setting.described() for setting in rule.settings}
    return PolicyConfigSchema(properties={**properties, exemptions.KEY: dict(exemptions.SCHEMA)})
