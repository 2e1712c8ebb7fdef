"""After the end: what people were told, and what is still in the account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.inbox import NAME, Inbox
from rehearsal.stack import left_in_cloud

TOPIC = "arn:aws:sns:us-east-1:123456789012:huntaze-rollback"


class Queue:
    """SQS and SNS as far as an inbox needs them: one queue, one subscription."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.subscribed: dict[str, str] = {}
        self.open = False

    def __call__(self, _service: str) -> Queue:
        return self

    def create_queue(self, QueueName: str) -> dict[str, str]:  # noqa: N803 - boto3's names
        self.open = True
        return {"QueueUrl": f"https://sqs/{QueueName}"}

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return {"Attributes": {"QueueArn": f"arn:{NAME}"}}

    def subscribe(self, **asked: Any) -> dict[str, str]:
        self.subscribed["arn:subscription"] = asked["Endpoint"]
        assert (asked["TopicArn"], asked["Protocol"]) == (TOPIC, "sqs")
        return {"SubscriptionArn": "arn:subscription"}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        return {"Messages": self.messages[:1]} if self.messages else {}

    def delete_message(self, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803 - boto3's names
        self.messages = [one for one in self.messages if one["ReceiptHandle"] != ReceiptHandle]

    def unsubscribe(self, SubscriptionArn: str) -> None:  # noqa: N803 - boto3's names
        del self.subscribed[SubscriptionArn]

    def delete_queue(self, **_: Any) -> None:
        self.open = False

    def say(self, handle: str, body: dict[str, Any]) -> None:
        """What the topic would have delivered."""
        self.messages.append({"ReceiptHandle": handle, "Body": json.dumps(body)})


def test_an_inbox_reads_each_message_once_and_remembers_all() -> None:
    """In the order they came, also those without a subject."""
    queue = Queue()
    inbox = Inbox(queue, TOPIC)
    assert queue.subscribed == {"arn:subscription": f"arn:{NAME}"}
    queue.say("1", {"Subject": "huntaze: rolled back", "Message": "{}"})
    queue.say("2", {"Message": "an alarm"})
    told = [{"Subject": "huntaze: rolled back", "Message": "{}"}, {"Subject": "", "Message": "an alarm"}]
    assert inbox.read() == told
    assert not queue.messages
    queue.say("3", {"Subject": "late", "Message": ""})
    assert inbox.read() == [*told, {"Subject": "late", "Message": ""}]


def test_a_closed_inbox_leaves_neither_queue_nor_subscription() -> None:
    """The stack knows neither, so nobody else would remove them."""
    queue = Queue()
    Inbox(queue, TOPIC).close()
    assert not queue.open
    assert not queue.subscribed


class Account:
    """Every listing call of an account, empty unless told otherwise."""

    def __init__(self, **listed: Any) -> None:
        self._listed = listed
        self.asked: set[str] = set()

    def __call__(self, _service: str) -> Account:
        return self

    def __getattr__(self, operation: str) -> Any:
        self.asked.add(operation)
        return lambda: self._listed.get(operation, {})


@pytest.mark.parametrize(
    ("operation", "answer", "left"),
    [
        ("list_functions", {"Functions": [{"FunctionName": "huntaze-x"}]}, "lambda huntaze-x"),
        (
            "list_roles",
            {"Roles": [{"RoleName": "CodeDeployHook_huntaze-release-role"}]},
            "iam CodeDeployHook_huntaze-release-role",
        ),
        (
            "describe_log_groups",
            {"logGroups": [{"logGroupName": "/aws/lambda/huntaze-mock-read"}]},
            "logs huntaze-mock-read",
        ),
        (
            "describe_parameters",
            {"Parameters": [{"Name": "/huntaze/read-migration/rollback-latch"}]},
            "ssm /huntaze/read-migration/rollback-latch",
        ),
        ("describe_alarms", {"MetricAlarms": [{"AlarmName": "huntaze-x"}]}, "cloudwatch huntaze-x"),
        ("list_topics", {"Topics": [{"TopicArn": TOPIC}]}, "sns huntaze-rollback"),
        (
            "list_applications",
            {"applications": ["huntaze-read-migration"]},
            "codedeploy huntaze-read-migration",
        ),
        ("list_schedules", {"Schedules": [{"Name": "huntaze-guard"}]}, "scheduler huntaze-guard"),
    ],
)
def test_what_carries_the_prefix_is_found_by_service(operation: str, answer: Any, left: str) -> None:
    """Without the folders that a service puts before it."""
    assert left_in_cloud(Account(**{operation: answer}), "huntaze") == [left]


def test_the_trail_of_who_changed_what_outlives_the_stack() -> None:
    """It is kept on purpose and is no leftover."""
    groups = {"logGroups": [{"logGroupName": "/huntaze/read-migration/audit"}]}
    assert left_in_cloud(Account(describe_log_groups=groups), "huntaze") == []


def test_an_empty_account_has_nothing_left_and_other_things_are_not_ours() -> None:
    """Every service of the unit was asked."""
    account = Account(list_functions={"Functions": [{"FunctionName": "billing"}]})
    assert left_in_cloud(account, "huntaze") == []
    assert len(account.asked) >= 13
