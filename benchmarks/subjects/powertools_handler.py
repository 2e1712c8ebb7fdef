"""A straightforward handler: Powertools' Tracer, Metrics, Logger and AppConfigProvider, shadow by event."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.parameters import AppConfigProvider

from canary.read import contract

NAME = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
logger, tracer = Logger(service=NAME), Tracer(service=NAME)
metrics = Metrics(namespace="Peers", service=NAME)
flags = AppConfigProvider(
    environment=os.environ["RAMP_ENVIRONMENT"], application=os.environ["APPCONFIG_APPLICATION"]
)
functions = boto3.client("lambda")


@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
@tracer.capture_lambda_handler
def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Answer from the mock, and send the same query to Prisma."""
    document: Any = flags.get(os.environ["FLAG_PROFILE"], max_age=15, transform="json")
    query = contract.query(event["rawPath"], event.get("queryStringParameters") or {})
    if query is None:
        return {"statusCode": 404, "body": ""}
    body = contract.mock(query)
    if document["prismaShadow"]["enabled"]:
        functions.invoke(
            FunctionName=os.environ["SHADOW_FUNCTION_ARN"],
            InvocationType="Event",
            Payload=json.dumps(query.payload()),
        )
    tracer.put_annotation("path", "mock")
    metrics.add_metric(name="Requests", unit="Count", value=1)
    logger.info("SUCCESS", path="mock")
    return {"statusCode": 200, "body": json.dumps(body)}
