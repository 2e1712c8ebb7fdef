"""Finds the path that a client asked for, without the prefix that the entry puts in front of it.

A custom domain's mapping is part of ``path`` (REST, payload 1.0) but not of ``rawPath`` (2.0). An HTTP API
puts its stage in front of both, even behind a mapping:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://github.com/aws-powertools/powertools-lambda-python/pull/579,
https://github.com/CodeGenieApp/serverless-express/issues/465.
The route that the gateway matched, with its parameters, shows where our own path begins.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{([^{}+]+)\+?\}")
_GREEDY = re.compile(r"\{([^{}+]+)\+\}$")


def asked(event: dict[str, Any], context: dict[str, Any], path: str) -> str:
    """Return the decoded path as the contract knows it.

    Args:
        event: The whole event.
        context: Its ``requestContext``.
        path: Its ``rawPath`` or ``path``.
    """
    whole, matched = _decoded(path), _matched(event, context)
    if matched is not None and (whole == matched or whole.endswith(matched)):
        return matched
    if "http" in context or event.get("version") == "1.0":
        return _without_stage(whole, context.get("stage"))
    return whole


def below(event: dict[str, Any], context: dict[str, Any]) -> str | None:
    """Return the decoded path below a catch-all route like ``/reads/{proxy+}``; ``None`` for other routes."""
    parameters, greedy = event.get("pathParameters"), _GREEDY.search(_template(event, context))
    rest = parameters.get(greedy[1]) if greedy and isinstance(parameters, dict) else None
    return f"/{_decoded(rest)}" if isinstance(rest, str) else None


def _decoded(path: str) -> str:
    """Decode a path segment by segment. A slash that was written as ``%2F`` does not separate segments.

    https://www.rfc-editor.org/rfc/rfc3986#section-2.2: if something in front allows paths by prefix,
    ``/creators%2Fc-0001`` is not a path that begins with ``/creators/``.
    """
    return "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))


def _template(event: dict[str, Any], context: dict[str, Any]) -> str:
    route = event.get("resource") or context.get("resourcePath") or event.get("routeKey")
    return route.rpartition(" ")[2] if isinstance(route, str) else ""


def _matched(event: dict[str, Any], context: dict[str, Any]) -> str | None:
    """Return the route with its parameters filled in; ``None`` unless the gateway gives both."""
    parameters, template = event.get("pathParameters") or {}, _template(event, context)
    if not isinstance(parameters, dict):
        return None
    names = _PARAMETER.findall(template)
    if not all(isinstance(parameters.get(name), str) for name in names):
        return None
    filled = _PARAMETER.sub(lambda found: _decoded(parameters[found[1]]), template)
    return filled if filled.startswith("/") else None


def _without_stage(path: str, stage: Any) -> str:
    """Remove the stage's name, with which an HTTP API's path starts unless the stage is ``$default``."""
    if not isinstance(stage, str) or not (path == f"/{stage}" or path.startswith(f"/{stage}/")):
        return path
    return path[len(stage) + 1 :] or "/"
