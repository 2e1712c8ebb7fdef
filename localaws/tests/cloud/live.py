"""A running local cloud as boto3 sees it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from localaws.keys import Keys

ROLE = "arn:aws:iam::000000000000:role/f"
CONFIG = Config(retries={"total_max_attempts": 1}, proxies={}, max_pool_connections=40)


@dataclass(frozen=True)
class Live:
    """Clients of one endpoint."""

    endpoint: str
    keys: Keys

    def client(self, service: str) -> Any:
        """A boto3 client that does not try again."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            config=CONFIG,
            aws_access_key_id=self.keys.access_key_id,
            aws_secret_access_key=self.keys.secret_access_key,
        )

    def control(self, route: str) -> Any:
        """One of the rehearsal's own routes."""
        return self.tell(route, method="GET")[1]

    def tell(self, route: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        """Status and answer of one of the rehearsal's own routes that takes something."""
        url = f"{self.endpoint}/_rehearsal/{route}"
        content = None if body is None else json.dumps(body).encode()
        opened = {"Authorization": f"Bearer {self.keys.secret_access_key}"}
        asked = urllib.request.Request(url, content, opened, method=method)  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - ours
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def create(self, name: str, package: bytes, runtime: str = "python3.13", **more: Any) -> None:
        """A function with handler ``f.handler``, traced."""
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=ROLE,
            Handler="f.handler",
            Code={"ZipFile": package},
            TracingConfig={"Mode": "Active"},
            **more,
        )

    def invoke(self, name: str, payload: Any = None, **more: Any) -> Any:
        """The answer of a function, decoded."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(payload), **more)
        return json.loads(answer["Payload"].read())


def connected(endpoint: str, keys: Keys) -> Live:
    """The cloud that listens there."""
    return Live(endpoint, keys)
