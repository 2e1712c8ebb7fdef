"""Somebody hears of a rollback: a confirmed subscription of the topic besides the guard's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok, warning

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def _run(look: Look) -> Finding:
    pages = look.clients.sns.get_paginator("list_subscriptions_by_topic").paginate(
        TopicArn=look.target.topic_arn
    )
    found = [item for page in pages for item in page["Subscriptions"]]
    guard = [item for item in found if item["Endpoint"] == look.target.guard_alias_arn]
    people = [item for item in found if item["Protocol"] != "lambda"]
    waiting = [item["Endpoint"] for item in people if not item["SubscriptionArn"].startswith("arn:")]
    if not guard:
        return failed("the guard does not listen on the topic", "`pulumi up --refresh` subscribes it.")
    if waiting:
        return failed(
            f"not confirmed: {', '.join(waiting)}", "Follow the link in the message that SNS has sent there."
        )
    if not people:
        return warning(
            "nobody but the guard listens",
            "`pulumi config set notifyEmail …` or notifyUrl, then `pulumi up`; or watch `canary monitor "
            "--watch`.",
        )
    return ok(", ".join(f"{item['Protocol']} {item['Endpoint']}" for item in people))


CHECKS = (Check("people are told", 0, "subscriptions of the topic", _run),)
