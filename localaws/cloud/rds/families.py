"""Parameter group families of PostgreSQL, and those of their parameters that matter here. This is data.

Sources:

- ``rds.force_ssl`` is 1 by default from PostgreSQL 15 on:
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html.
- ``rds.force_ssl`` was static in the families of 2019
  (https://github.com/ministryofjustice/cloud-platform/issues/1197) and took ``immediate`` in postgres15
  (https://github.com/terraform-aws-modules/terraform-aws-rds/issues/525). No source settles the families in
  between, so the stricter rule applies to them here.
- ``timezone`` is UTC unless it is set:
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html.
  The page also lists the apply types of the other parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_MAJOR, LAST_MAJOR = 11, 18
"""Oldest and newest PostgreSQL version for which RDS still creates parameter groups."""
FORCED_TLS_SINCE = 15
MINOR = {11: "22", 12: "22", 13: "23", 14: "20", 15: "15", 16: "11", 17: "7", 18: "1"}
"""Minor version that a major version alone selects. The numbers do not matter: what matters is that
the full version is longer than the requested one."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a family.

    Attributes:
        default: Value in the family. ``None`` means the engine's default, which RDS does not show.
        static: Whether a change takes effect only after a reboot.
        kind: Data type of the value.
    """

    name: str
    default: str | None
    static: bool
    kind: str


def major_of(family: str) -> int | None:
    """Return the major PostgreSQL version of a family; ``None`` if RDS does not have the family."""
    number = family.removeprefix("postgres")
    if number == family or not number.isdecimal() or str(int(number)) != number:
        return None
    return int(number) if FIRST_MAJOR <= int(number) <= LAST_MAJOR else None


def parameters_of(major: int) -> dict[str, Parameter]:
    """Return the parameters of a family by name.

    Args:
        major: Major PostgreSQL version of the family.
    """
    modern = major >= FORCED_TLS_SINCE
    listed = (
        Parameter("log_min_duration_statement", None, static=False, kind="integer"),
        Parameter("log_statement", None, static=False, kind="string"),
        Parameter(
            "max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", static=True, kind="integer"
        ),
        Parameter("rds.force_ssl", "1" if modern else "0", static=not modern, kind="boolean"),
        Parameter("shared_preload_libraries", "pg_stat_statements", static=True, kind="list"),
        Parameter("timezone", "UTC", static=False, kind="string"),
        Parameter("work_mem", None, static=False, kind="integer"),
    )
    return {one.name: one for one in listed}
