"""AWS's own API models, as botocore ships them: what an operation takes.

https://smithy.io/2.0/aws/aws-core.html is what they are generated from. Used to refuse requests that are
not the API's before any code here looks at them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable


class ApiModel:
    """One service's model.

    Args:
        service: Its name in botocore.
        refusal: Code of the exception that the service raises for a malformed request.
    """

    def __init__(self, service: str, refusal: str) -> None:
        self._model = _load(service)
        self._refusal = refusal

    @property
    def namespace(self) -> str:
        """XML namespace of its answers in the query protocol; empty where the model names none."""
        return str(self._model.metadata.get("xmlNamespace", ""))

    def has(self, operation: str) -> bool:
        """Whether the API has the operation."""
        return operation in self._model.operation_names

    @property
    def protocol(self) -> str:
        """The protocol that botocore speaks to it: ``json`` or ``query``."""
        return str(self._model.resolved_protocol)

    def answers(self, *holders: object) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """The operations that have a method under boto3's name for them, by operation."""
        return {
            operation: getattr(holder, xform_name(operation))
            for operation in self._model.operation_names
            for holder in holders
            if hasattr(holder, xform_name(operation))
        }

    def input_of(self, operation: str) -> Shape | None:
        """The shape of an operation's parameters."""
        return self._model.operation_model(operation).input_shape

    def output_of(self, operation: str) -> Shape | None:
        """The shape of an operation's answer."""
        return self._model.operation_model(operation).output_shape

    def check(self, operation: str, params: dict[str, Any]) -> None:
        """Refuse parameters that the operation does not take.

        Raises:
            ServiceError: Missing, unknown or of a wrong type; botocore's report says which.
        """
        shape = self.input_of(operation)
        if shape is None:
            return
        report = ParamValidator().validate(params, shape)
        if report.has_errors():
            raise ServiceError(self._refusal, f"{operation}: {report.generate_report()}")

    def shape_of_error(self, operation: str, code: str) -> str:
        """The exception shape behind an error code, which JSON speakers are told; else the code itself."""
        for shape in self._model.operation_model(operation).error_shapes:
            if code in {shape.metadata.get("error", {}).get("code"), shape.name}:
                return str(shape.name)
        return code


@cache
def _load(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)
