"""The page about the policies is what the rules say."""

from __future__ import annotations

from catalogue import catalogue
from ledger import Ledger
from pages import TARGET, page

from tests.policy.harness import TODAY

RULES = catalogue(Ledger(), lambda: TODAY)


def test_the_page_is_written_from_the_rules() -> None:
    """Who changes a rule writes the page anew: python policy/pages.py."""
    assert TARGET.read_text() == page(RULES)


def test_every_rule_has_a_section_with_its_settings() -> None:
    """A reader finds each rule, why it is there, and what may be set."""
    text = page(RULES)

    for rule in RULES:
        section = text.partition(f"### {rule.name}\n")[2].partition("\n### ")[0]
        assert rule.why in section
        assert rule.remediation in section
        assert all(f"`{setting.name}`" in section for setting in rule.settings)
