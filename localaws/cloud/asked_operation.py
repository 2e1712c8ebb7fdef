"""Find the service and the operation that a signed request asks for, using AWS's own API models.

Each protocol names the operation in its own way: in a header, in a form field, or by method and path
(https://smithy.io/2.0/aws/protocols/).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

if TYPE_CHECKING:
    from localaws.cloud.request import AwsRequest

_SIGNED_AS = {"appconfig": ("appconfig", "appconfigdata"), "monitoring": ("cloudwatch",)}
"""botocore names of the services whose signing name is not their botocore name."""
SPOKEN = ("appconfig", "cloudwatch", "codedeploy", "events", "lambda", "logs", "scheduler", "sns", "ssm")
"""Services that functions speak to. `exists` looks operations up in these."""
_RPC_PATH = re.compile(r"^/service/\w+/operation/(?P<operation>\w+)$")
_READS = ("Get", "List", "Describe", "BatchGet", "Filter", "Search", "Lookup", "Query", "Scan", "Head")
_DATA_PLANE = frozenset(
    {
        *("StartConfigurationSession", "StartQuery", "StopQuery"),  # reads
        *("Invoke", "InvokeAsync", "InvokeWithResponseStream"),  # the callee makes the changes
        *("PutTraceSegments", "PutTelemetryRecords", "PutMetricData", "PutLogEvents"),  # telemetry
    }
)


def asked(request: AwsRequest) -> str:
    """Return the operation of a request as ``Service.Operation``, such as ``AppConfig.StartDeployment``.

    An operation that no API model has is named by its method and path. Leaving it out would hide a call.
    """
    for service in _SIGNED_AS.get(request.service, (request.service,)):
        name, operations, routes = _model(service)
        named = request.operation or _form_action(request) or _rpc(request)
        if named in operations:
            return f"{name}.{named}"
        for method, pattern, operation in routes:
            if method == request.method and pattern.match(request.path):
                return f"{name}.{operation}"
    return f"{request.service}.{request.method} {request.path}"


def changes(operation: str) -> bool:
    """Return whether an operation changes something, that is, neither reads nor belongs to the data plane.

    Args:
        operation: Name of the operation, in the form that `asked` returns.
    """
    name = operation.partition(".")[2]
    return not name.startswith(_READS) and name not in _DATA_PLANE and not name.startswith("GET ")


def exists(operation: str) -> bool:
    """Return whether one of the services in `SPOKEN` has an operation.

    Args:
        operation: Name of the operation, in the form that `asked` returns.
    """
    service, _, name = operation.partition(".")
    return any(_model(known)[0] == service and name in _model(known)[1] for known in SPOKEN)


def _form_action(request: AwsRequest) -> str:
    if "x-www-form-urlencoded" not in request.headers.get("content-type", ""):
        return ""
    return parse_qs(request.body.decode("utf-8", "replace")).get("Action", [""])[0]


def _rpc(request: AwsRequest) -> str:
    found = _RPC_PATH.match(request.path)
    return found["operation"] if found else ""


Routes = tuple[tuple[str, re.Pattern[str], str], ...]


@cache
def _model(service: str) -> tuple[str, frozenset[str], Routes]:
    """Load a service's id, its operations and the routes of the operations that have a path of their own.

    Routes with the fewest path parameters come first, the longest of them first, so that a literal path is
    matched before a pattern that would match it too.
    """
    try:
        model = Loader().load_service_model(service, "service-2")
    except UnknownServiceError:
        return service, frozenset(), ()
    operations = model["operations"]
    paths = {
        name: (found["http"]["method"], found["http"]["requestUri"].partition("?")[0])
        for name, found in operations.items()
        if found["http"]["requestUri"] != "/"
    }
    plainest = sorted(paths.items(), key=lambda item: (item[1][1].count("{"), -len(item[1][1])))
    routes = tuple((method, _pattern(path), name) for name, (method, path) in plainest)
    return model["metadata"]["serviceId"], frozenset(operations), routes


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\})", path)
    held = (
        (".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part)
        for part in parts
    )
    return re.compile("^" + "".join(held) + "$")
