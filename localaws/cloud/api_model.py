"""AWS's API models, as botocore ships them: the operations of a service and their parameters.

The models are generated from Smithy models (https://smithy.io/2.0/aws/aws-core.html). They are used to refuse
requests that do not match the API before any service code here sees them.
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
    """The API model of one service.

    Args:
        service: Name of the service in botocore.
        refusal: Error code that the service returns for a malformed request.
    """

    def __init__(self, service: str, refusal: str) -> None:
        self._model = _load(service)
        self._refusal = refusal

    @property
    def namespace(self) -> str:
        """XML namespace of the service's answers in the query protocol; empty if the model has none."""
        return str(self._model.metadata.get("xmlNamespace", ""))

    def has(self, operation: str) -> bool:
        """Return whether the API has the operation."""
        return operation in self._model.operation_names

    @property
    def protocol(self) -> str:
        """The protocol in which botocore speaks to the service: ``json`` or ``query``."""
        return str(self._model.resolved_protocol)

    def answers(self, *holders: object) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """Collect the methods that implement the service's operations.

        Args:
            holders: Objects whose methods have the names that boto3 gives the operations, such as
                ``create_deployment`` for ``CreateDeployment``.

        Returns:
            The method of each implemented operation, by operation name.
        """
        return {
            operation: getattr(holder, xform_name(operation))
            for operation in self._model.operation_names
            for holder in holders
            if hasattr(holder, xform_name(operation))
        }

    def input_of(self, operation: str) -> Shape | None:
        """Return the shape of an operation's parameters; ``None`` if it takes none."""
        return self._model.operation_model(operation).input_shape

    def output_of(self, operation: str) -> Shape | None:
        """Return the shape of an operation's answer; ``None`` if it has none."""
        return self._model.operation_model(operation).output_shape

    def check(self, operation: str, params: dict[str, Any]) -> None:
        """Check parameters against the operation's shape.

        Raises:
            ServiceError: A parameter is missing, unknown or has the wrong type. The message is botocore's
                report and names the parameter.
        """
        shape = self.input_of(operation)
        if shape is None:
            return
        report = ParamValidator().validate(params, shape)
        if report.has_errors():
            raise ServiceError(self._refusal, f"{operation}: {report.generate_report()}")

    def shape_of_error(self, operation: str, code: str) -> str:
        """Return the name of the exception shape for an error code, as the JSON protocols report errors.

        Returns the code itself if the operation has no exception shape for it.
        """
        for shape in self._model.operation_model(operation).error_shapes:
            if code in {shape.metadata.get("error", {}).get("code"), shape.name}:
                return str(shape.name)
        return code


@cache
def _load(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)
