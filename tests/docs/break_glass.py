"""A small interpreter of the playbook's break-glass lines, with enough shell to make the calls through boto3.

It treats an operation's name, its options and ``--query`` as the AWS command line does, from the same service
models. A wrong or missing option therefore fails.
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import jmespath  # botocore brings it, without types
from botocore import xform_name
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = {"deploy": "codedeploy", "s3api": "s3"}
"""Services whose name on the command line differs from boto3's."""
_ASSIGNS = re.compile(r"^(?P<name>[a-z]+)=\$\((?P<command>aws .*)\)$")
_ECHO = re.compile(r"^echo '(?P<text>.*)' > (?P<file>\S+)$")
_OWN = {"query", "output"}


def request(words: tuple[str, ...], files: Mapping[str, str]) -> tuple[str, str, dict[str, Any], str | None]:
    """Parse one ``aws`` command into service, boto3's operation, its parameters, and the query.

    Raises:
        AssertionError: The operation or an option does not exist, or a parameter is missing or wrong.
    """
    service, command = SERVICES.get(words[1], words[1]), words[2]
    model = _model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    assert command in names, f"aws {service} has no {command}"
    shape = model.operation_model(names[command]).input_shape
    members = {xform_name(name, "-"): (name, member) for name, member in shape.members.items()}
    params: dict[str, Any] = {}
    query = None
    rest = list(words[3:])
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            continue  # the file that a streamed answer is written to
        option = word.removeprefix("--")
        if option in _OWN:
            value = rest.pop(0)
            query = value if option == "query" else query
            continue
        negated = option.startswith("no-") and option not in members
        option = option.removeprefix("no-") if negated else option
        assert option in members, f"aws {service} {command} has no --{option}"
        name, member = members[option]
        if member.type_name == "boolean":
            params[name] = not negated
        else:
            params[name] = _value(rest.pop(0), member, files)
    report = ParamValidator().validate(params, shape)
    assert not report.has_errors(), f"aws {service} {command}: {report.generate_report()}"
    return service, xform_name(names[command]), params, query


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _value(text: str, member: Any, files: Mapping[str, str]) -> Any:
    match member.type_name:
        case "blob":
            return files[text.removeprefix("fileb://")].encode()
        case "integer" | "long":
            return int(text)
        case "structure":  # the shorthand Key={} of the one structure that is used
            key, _, value = text.partition("=")
            return {key: {} if value == "{}" else value}
        case "list":
            return text.split()
    return text


def run(block: str, clients: Mapping[str, Any]) -> list[str]:
    """Run a block's lines, and return the operations that were called, in order.

    Raises:
        AssertionError: A line is not understood, or a call is wrong.
    """
    variables: dict[str, str] = {}
    files: dict[str, str] = {}
    called = []
    for line in block.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if echo := _ECHO.match(line):
            files[echo["file"]] = echo["text"]
            continue
        assigned = _ASSIGNS.match(line)
        text = assigned["command"] if assigned else line
        assert text.startswith("aws "), f"not understood: {line}"
        words = tuple(
            re.sub(r"\$(\w+)", lambda found: variables[found[1]], word) for word in shlex.split(text)
        )
        service, operation, params, query = request(words, files)
        answer = getattr(clients[service], operation)(**params)
        called.append(operation)
        if assigned:
            found = jmespath.search(query or "@", answer)
            value = found[0] if isinstance(found, list) and found else found
            assert value, f"nothing found by: {line}"
            variables[assigned["name"]] = str(value)
    return called


def playbook() -> Path:
    """Path of the document that holds the lines."""
    return Path(__file__).resolve().parents[2] / "docs" / "BETA_PLAYBOOK.md"
