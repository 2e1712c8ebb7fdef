"""`python policy/pages.py` writes docs/policies.md from the rules themselves."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue import ADVISORY, catalogue
from ledger import Ledger
from rule import ResourceRule, Rule, Setting
from values import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

TARGET = Path(__file__).resolve().parent.parent / "docs" / "policies.md"
HEAD = """# Policies

Written by `python policy/pages.py` from the rules; a test compares.

The pack checks a canary's rollback chain as a graph, in the preview, before anything is deployed. It imports
nothing of this program and can be used on any Pulumi stack on AWS:

```
pulumi preview --policy-pack policy --policy-pack-config policy-config.prod.json
pulumi policy analyze --policy-pack policy --policy-pack-config policy-config.prod.json --file export.json
```

The second judges a stack that is up already, by its exported state, which
`pulumi stack export --stack prod > export.json` writes. In this checkout `make policy STATE=export.json` is
the same.

## Levels, settings, exceptions

A configuration file says for each rule its level (`mandatory` stops an update, `advisory` only reports,
`disabled`), its settings where they differ from the defaults below, and its exceptions:

```json
{
  "lambda-log-retention": {
    "enforcementLevel": "mandatory",
    "minDays": 90,
    "exceptions": [
      { "resource": "audit-log", "reason": "kept for ever by law", "expires": "2027-06-30" }
    ]
  }
}
```

An exception is for one resource, named as in the program or by its URN, and holds through its last day. It
is reported by `not-enforced` for as long as it stands there: in force, not needed, or expired and ignored.
A value of the wrong type, a misspelt rule or setting, or a day that does not exist is refused at start.

`"all": "mandatory"` would make `not-enforced` mandatory too, and with it every exception: give levels by
rule.

## What a preview knows

ARNs and ids are unknown in the preview of a stack that does not exist yet. Rules follow what a property
was made from, so wiring is decided then. What only the update can know, mostly IAM documents with ARNs in
them, is listed by `not-enforced`; rules about a resource decide before the update makes it, rules about the
stack at its end.
"""


def page(rules: Iterable[Rule]) -> str:
    """Return the whole page as Markdown."""
    given = list(rules)
    rows = [
        f"| [`{rule.name}`](#{rule.name}) | {rule.description} | {rule.severity.value} | {_about(rule)} |"
        for rule in given
    ]
    table = ["| Rule | What must be true | Severity | About |", "|---|---|---|---|", *rows]
    return "\n".join([HEAD, "## Rules\n", *table, "", *(_section(rule) for rule in given)])


def _about(rule: Rule) -> str:
    return "a resource" if isinstance(rule, ResourceRule) else "the stack"


def _section(rule: Rule) -> str:
    framework = ", ".join(
        part for part in (rule.framework.name, rule.framework.specification, rule.framework.reference) if part
    )
    level = "advisory" if rule.name in ADVISORY else "mandatory"
    lines = [
        f"### {rule.name}\n",
        f"{rule.description}\n",
        f"- Why: {rule.why}",
        f"- To mend: {rule.remediation}",
        f"- Level: {level} by default; severity {rule.severity.value}; {framework}",
        f"- See: <{rule.url}>",
    ]
    if rule.settings:
        lines += ["", "| Setting | Meaning | Default |", "|---|---|---|", *map(_row, rule.settings)]
    return "\n".join([*lines, ""])


def _row(setting: Setting) -> str:
    default = setting.default
    text = ", ".join(f"`{item}`" for item in default) if isinstance(default, list) else shown(default)
    return f"| `{setting.name}` | {setting.description} | {text or 'none'} |"


def main() -> None:
    """Write the page."""
    rules = catalogue(Ledger(), lambda: datetime.now(UTC).date())
    TARGET.write_text(page(rules))
    sys.stderr.write(f"{TARGET.name}: {len(rules)} rules\n")


if __name__ == "__main__":
    main()
