"""Checks calls to fakes against AWS's own API models: names, types and required parameters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from botocore.model import ServiceModel

SHORT, MOST = 500, 10_000
"""Limits of the cache of calls that fit: characters of a call, and calls. Most calls repeat."""
_VALIDATOR = ParamValidator()
_FITTING: set[tuple[str, str]] = set()


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


@cache
def _names(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in _model(service).operation_names}


def check(services: tuple[str, ...], operation: str, params: dict[str, Any]) -> None:
    """Refuse a call that boto3 would refuse.

    Raises:
        AssertionError: The operation does not exist, or the parameters do not fit it.
    """
    seen = (operation, repr(params))
    if seen in _FITTING:
        return
    service = next((one for one in services if operation in _names(one)), None)
    assert service is not None, f"{', '.join(services)} has no operation {operation}"
    shape = _model(service).operation_model(_names(service)[operation]).input_shape
    report = _VALIDATOR.validate(params, shape) if shape is not None else None
    assert report is None or not report.has_errors(), f"{service}.{operation}: {report.generate_report()}"
    if len(seen[1]) < SHORT and len(_FITTING) < MOST:
        _FITTING.add(seen)


ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}
"""Actions whose name differs from their operation's:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html."""


def action(services: tuple[str, ...], operation: str) -> str:
    """Return the IAM action that a call needs. Both planes of AppConfig share one prefix."""
    service = next(one for one in services if operation in _names(one))
    named = f"{_model(service).signing_name}:{_names(service)[operation]}"
    named = named.replace("monitoring:", "cloudwatch:")
    return ACTIONS.get(named, named)
