"""A read path built on Scientist for Python (`laboratory`): it calls control and candidate in turn."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
import laboratory  # type: ignore[import-not-found] # installed by the benchmark alone

from canary.read import contract

functions = boto3.client("lambda")


def _candidate(query: contract.Query) -> Any:
    answer = functions.invoke(
        FunctionName=os.environ["SHADOW_FUNCTION_ARN"], Payload=json.dumps(query.payload())
    )
    return json.loads(answer["Payload"].read())["body"]


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Run the experiment and answer from the control."""
    query = contract.query(event["rawPath"], event.get("queryStringParameters") or {})
    experiment = laboratory.Experiment()
    experiment.control(contract.mock, args=(query,))
    experiment.candidate(_candidate, args=(query,))
    return {"statusCode": 200, "body": json.dumps(experiment.conduct())}
