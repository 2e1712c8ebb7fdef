"""What a stack costs: the sheet's three hours beside ours, and that assumptions are what really happens."""

from __future__ import annotations

import io
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mock_read.observe.observing import Observer

from canary.cli.cost import bill
from canary.cli.cost.assumptions import Assumptions, Traffic
from canary.cli.cost.configuration import Configuration, Database, read
from canary.cli.cost.cost import Estimate, cost, estimate
from canary.cli.cost.prices import load
from canary.cli.errors import OpsError
from canary.unit.thresholds import SHEET as LIMITS
from components.rollback.alarms import RollbackAlarms
from tests.program.recording import record

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PRICES = load()
SHEETS = Traffic(requests=3000, hours=3)


def beta(traffic: Traffic = SHEETS) -> Estimate:
    """The beta stack at some traffic."""
    return cost(ROOT, "beta", traffic)


def test_the_sheets_three_hours_say_which_of_its_unit_prices_are_wrong() -> None:
    """AppConfig's is 25 times too high, the logs' ten times too low; the three others are right."""
    remarks = beta().beside_the_sheet
    wrong = [remark for remark in remarks if "unit price" in remark]
    assert [remark.split(":")[0] for remark in wrong] == ["AppConfig", "CloudWatch Logs"]
    assert "the sheet's unit price is $0.000005, it is $0.0000002 a request: 25 times too much" in wrong[0]
    assert "$0.0008 each, which it leaves out" in wrong[0]
    assert "10 times too little" in wrong[1]


def test_the_sheets_three_hours_say_what_it_left_out() -> None:
    """Proxy and database cost more than everything the sheet lists."""
    found = beta()
    left_out = found.beside_the_sheet[-1]
    assert left_out.startswith("Left out")
    assert "RDS Proxy $0.0900" in left_out
    assert found.of("RDS Proxy") == pytest.approx(2 * 3 * 0.015)
    assert found.of("RDS Proxy") > 0.0386


def test_the_sheets_own_arithmetic_is_set_down_as_it_stands() -> None:
    """The table repeats the sheet's figures, so that a reader can find them there."""
    table = "\n".join(beta().beside_the_sheet)
    for figure in ("0.0006", "0.0030", "0.0150", "0.0050", "0.0386"):
        assert figure in table


def test_another_traffic_is_not_compared_with_the_sheet() -> None:
    """The sheet speaks of 3,000 requests in three hours and of nothing else."""
    assert beta(Traffic(3000, 4)).beside_the_sheet == ()


def test_every_line_is_quantity_times_a_price_with_a_source() -> None:
    """The total is the lines' sum, every price names where it was read, and unverified ones are marked."""
    found = beta()
    assert found.usd == pytest.approx(sum(line.quantity * line.each for line in found.lines_))
    prices = [*PRICES.units.values(), *(kind.price for kind in PRICES.instances.values())]
    assert all(price.source.startswith("https://") for price in prices)
    for price in prices:
        assert not price.verified or "aws.amazon.com" in price.source
    marked = [line for line in found.lines() if line.endswith("?")]
    assert len(marked) == sum(not line.verified for line in found.lines_) > 0


def test_a_person_and_a_program_are_told_the_same() -> None:
    """The JSON holds every line, what is assumed and what is not included; the text ends with the latter."""
    found = beta(Traffic(10_000, 24))
    document = json.loads(json.dumps(found.as_dict()))
    assert len(document["lines"]) == len(found.lines_)
    assert document["usd"] == pytest.approx(found.usd)
    assert document["assumptions"]["after_ms"] == Assumptions.after_ms
    assert [line for line in found.lines() if line.startswith("  - ")] == [
        f"  - {item}" for item in document["not_included"]
    ]


def test_work_after_the_response_is_billed() -> None:
    """Without shadowing, the duration after the answer costs nothing; with it, most of the entry's."""
    quiet = beta(replace(SHEETS, shadow_percent=0))
    (after,) = [line for line in quiet.lines_ if line.what == "duration after the answer"]
    assert after.usd == 0
    (after,) = [line for line in beta().lines_ if line.what == "duration after the answer"]
    assert after.quantity == pytest.approx(3000 * 0.99 * 0.060 * 0.5)


@pytest.mark.parametrize(("per_second", "recorded"), [(0.5, 1800), (11, 3600 + 0.05 * 36_000)])
def test_xray_records_one_a_second_and_five_percent(per_second: float, recorded: float) -> None:
    """An hour under one request a second is recorded whole; over that, only 5 % of the rest."""
    found = beta(Traffic(per_second * 3600, 1))
    (traces,) = [line for line in found.lines_ if line.service == "X-Ray"]
    assert traces.quantity == pytest.approx(recorded)


@settings(deadline=None)
@given(
    requests=st.floats(0, 1e8),
    hours=st.floats(0.1, 8760),
    canary=st.floats(0, 100),
    shadow=st.floats(0, 100),
)
def test_more_requests_never_cost_less(requests: float, hours: float, canary: float, shadow: float) -> None:
    """Whatever the traffic, no line is negative and twice the requests cost at least as much."""
    once = beta(Traffic(requests, hours, canary, shadow))
    twice = beta(Traffic(2 * requests, hours, canary, shadow))
    assert all(line.usd >= 0 for line in once.lines_)
    assert twice.usd >= once.usd * (1 - 1e-9)


def test_the_stacks_own_files_are_the_configuration() -> None:
    """The beta's file over the project's defaults: memory, instance, zones; production keeps the defaults."""
    assert read(ROOT, "beta") == Configuration(
        "us-east-1", 512, 15.0, Database("db.t4g.small", multi_az=False)
    )
    assert read(ROOT, "huntaze/prod").database == Database("db.r7g.large", multi_az=True)


def test_an_existing_database_is_not_billed(tmp_path: Path) -> None:
    """GIVEN a stack that points at a database it does not own THEN no RDS and no proxy is in the estimate."""
    (tmp_path / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    (tmp_path / "Pulumi.own.yaml").write_text("config: {huntaze-read-migration:existingDatabaseHost: db}")
    found = estimate(read(tmp_path, "own"), SHEETS, PRICES)
    assert found.of("RDS") == found.of("RDS Proxy") == 0


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: read(ROOT / "docs", "beta"), "Pulumi.yaml cannot be read.*in the project's folder"),
        (lambda: read(ROOT, "nowhere"), "Pulumi.nowhere.yaml cannot be read"),
        (
            lambda: estimate(Configuration(database=Database("db.x", multi_az=False)), SHEETS, PRICES),
            "No price is known for db.x, only for .*db.t4g.small",
        ),
        (lambda: estimate(Configuration(region="eu-west-1"), SHEETS, PRICES), "in eu-west-1"),
    ],
)
def test_what_is_missing_is_named(make: Callable[[], object], named: str) -> None:
    """A file, a region or a price that is not there is an error that says how to mend it."""
    with pytest.raises(OpsError, match=named):
        make()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"config: [", "is not YAML: .*version control"),
        (b"", "is empty"),
        (b"config:\n", "has nothing below config:"),
        (b"config: [x]", "holds no YAML mapping"),
        (b"\xff\xfe", r"is no text in UTF-8 \(byte 0\)\.$"),
        (None, "cannot be read.*in the project's folder"),
    ],
)
def test_a_stacks_file_that_cannot_be_used_is_one_sentence(
    content: bytes | None, said: str, tmp_path: Path
) -> None:
    """With its name and what is wrong with it; where to run the command only where it was not found."""
    (tmp_path / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    if content is not None:
        (tmp_path / "Pulumi.own.yaml").write_bytes(content)
    with pytest.raises(OpsError, match=f"Pulumi.own.yaml.*{said}"):
        read(tmp_path, "own")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("{}", "is no price file like canary/cli/cost/prices.json: 'prices'"),
        ('{"region": "r", "read": "x", "prices": {"a": {"usd": 1}}, "instances": {}}', "is no price file"),
        ('{"region": "r", "read": "x", "prices": {}, "instances": {}}', "lacks prices of alarm_metric"),
    ],
)
def test_a_price_file_of_ones_own_is_checked(tmp_path: Path, content: str | None, named: str) -> None:
    """What is wrong with it is said, and how it should look."""
    path = tmp_path / "prices.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(OpsError, match=named):
        load(path)


def test_the_alarms_read_as_many_metrics_as_are_billed() -> None:
    """The number of metrics in alarms is what the program really deploys."""

    def build() -> None:
        RollbackAlarms(
            "alarms",
            {
                "prefix": "huntaze",
                "namespace": "N",
                "thresholds": LIMITS,
                "guard_alias_arn": "arn:guard",
                "topic_arn": "arn:topic",
            },
        )

    alarms = record(build).of("aws:cloudwatch/metricAlarm:MetricAlarm")
    plain = [{"metric": "the alarm's own"}]
    read_by = [
        sum("metric" in query for query in alarm.inputs.get("metricQueries", plain)) for alarm in alarms
    ]
    assert sum(read_by) == bill.ALARM_METRICS, "set canary.cli.cost.bill.ALARM_METRICS to what is deployed"


def test_log_lines_are_as_long_as_assumed() -> None:
    """Real lines of a request and of a comparison are within a fifth of the assumption."""
    lines = io.StringIO()
    observer = Observer("huntaze-mock-read", "Huntaze/ReadMigration", time.time, lines)  # type: ignore[arg-type]
    ids = {"userId": "u-" + 32 * "0", "requestId": 36 * "0", "xrayTraceId": 35 * "0"}
    observer.request(
        {"canary": False, "served": "mock", **ids}, path="mock", failed=False, ms=1.234, cold=False
    )
    request = len(lines.getvalue())
    observer.metrics(at=time.time(), ShadowSent=1, ShadowCompared=1, ShadowDiffs=0)
    observer.say("SHADOW-MATCH", match=True, diffs=[], **ids)
    shadow = len(lines.getvalue()) - request
    platform = len(
        f"START RequestId: {36 * '0'} Version: 12\nEND RequestId: {36 * '0'}\nREPORT RequestId: {36 * '0'}\t"
        "Duration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 1024 MB\tMax Memory Used: 120 MB\t\n"
        f"XRAY TraceId: {35 * '0'}\tSegmentId: {16 * '0'}\tSampled: true\t\n"
    )
    event = 26  # bytes that CloudWatch Logs adds to each event
    assert request + platform + 5 * event == pytest.approx(Assumptions.request_bytes, rel=0.2)
    assert shadow + 2 * event == pytest.approx(Assumptions.shadow_bytes, rel=0.2)
