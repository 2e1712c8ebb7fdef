"""Which operation of which service a signed request asks for, by AWS's own API models.

How each protocol names it (a header, a form field, or method and path): https://smithy.io/2.0/aws/protocols/.
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
"""Services by signing name, where it is not their name in botocore."""
SPOKEN = ("appconfig", "cloudwatch", "codedeploy", "events", "lambda", "logs", "scheduler", "sns", "ssm")
"""Services whose operations can be named before anybody asked for one."""
_RPC_PATH = re.compile(r"^/service/\w+/operation/(?P<operation>\w+)$")
_READS = ("Get", "List", "Describe", "BatchGet", "Filter", "Search", "Lookup", "Query", "Scan", "Head")
_DATA_PLANE = frozenset(
    {
        *("StartConfigurationSession", "StartQuery", "StopQuery"),  # ways to read
        *("Invoke", "InvokeAsync", "InvokeWithResponseStream"),  # what changes is the callee's doing
        *("PutTraceSegments", "PutTelemetryRecords", "PutMetricData", "PutLogEvents"),  # what it measures
    }
)


def asked(request: AwsRequest) -> str:
    """``Service.Operation``, such as ``AppConfig.StartDeployment``.

    What no model knows is named by method and path, since leaving it out would hide a call.
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
    """Whether an operation, as `asked` names it, changes something: neither a read nor the data plane."""
    name = operation.partition(".")[2]
    return not name.startswith(_READS) and name not in _DATA_PLANE and not name.startswith("GET ")


def exists(operation: str) -> bool:
    """Whether a service that functions speak to has an operation, named as `asked` names it."""
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
    """A service's id, its operations, and the paths of those that are named by one, the plainest first."""
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
