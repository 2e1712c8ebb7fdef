"""A person's inbox: reads, from outside the unit, what the unit's topic told people."""

from __future__ import annotations

import json
from typing import Any

NAME = "rehearsal-inbox"


class Inbox:
    """An SQS queue that is subscribed to the topic, as an operator's own tool would be.

    Args:
        make: Makes a boto3 client for a service.
        topic: ARN of the unit's topic.
    """

    def __init__(self, make: Any, topic: str) -> None:
        self._sqs, self._sns, self._topic = make("sqs"), make("sns"), topic
        self._url = self._sqs.create_queue(QueueName=NAME)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        answer = self._sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=attributes["Attributes"]["QueueArn"],
            ReturnSubscriptionArn=True,
        )
        self._subscription = answer["SubscriptionArn"]
        self._read: list[dict[str, Any]] = []

    def read(self) -> list[dict[str, Any]]:
        """Return every message so far as ``{Subject, Message}``, oldest first."""
        while batch := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                body = json.loads(message["Body"])
                self._read.append(
                    {"Subject": body.get("Subject") or "", "Message": body.get("Message") or ""}
                )
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return self._read

    def close(self) -> None:
        """Unsubscribe and delete the queue; neither belongs to the stack."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self._url)
