"""Parameter group families of PostgreSQL, and the parameters of them that matter here. Data.

Sources:
- ``rds.force_ssl`` is 1 by default from PostgreSQL 15 on:
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
- it was static in the families of 2019 (https://github.com/ministryofjustice/cloud-platform/issues/1197) and
  took ``immediate`` in postgres15 (https://github.com/terraform-aws-modules/terraform-aws-rds/issues/525); no
  source settles the families between, which are held to the stricter of the two here;
- ``timezone`` is UTC unless set:
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html,
  which also lists the apply types of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_MAJOR, LAST_MAJOR = 11, 18
"""PostgreSQL versions that RDS still makes parameter groups for."""
FORCED_TLS_SINCE = 15
MINOR = {11: "22", 12: "22", 13: "23", 14: "20", 15: "15", 16: "11", 17: "7", 18: "1"}
"""The minor version that a major one alone leads to. Only that it is longer than what was asked matters."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a family.

    Attributes:
        default: The family's own value; ``None``: the engine's, which RDS does not show.
        static: Whether it takes a reboot to change it.
    """

    name: str
    default: str | None
    static: bool
    kind: str


def major_of(family: str) -> int | None:
    """PostgreSQL's major version of a family; ``None`` for one that RDS does not have."""
    number = family.removeprefix("postgres")
    if number == family or not number.isdecimal() or str(int(number)) != number:
        return None
    return int(number) if FIRST_MAJOR <= int(number) <= LAST_MAJOR else None


def parameters_of(major: int) -> dict[str, Parameter]:
    """The family's parameters by name."""
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
