"""RDS's DB parameter groups.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html: a dynamic parameter
takes ``immediate`` or ``pending-reboot``, a static parameter takes only ``pending-reboot``.

A parameter that is set to the family's own value counts as unchanged. It is described with
``pending-reboot``, whatever the request said
(https://github.com/hashicorp/terraform-provider-aws/issues/39252).
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - an attribute's type
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.cloud.rds.families import major_of, parameters_of
from localaws.cloud.rds.tags import arn
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.rds.families import Parameter
    from localaws.cloud.rds.tags import Tags

AT_ONCE, LATER = "immediate", "pending-reboot"


@dataclass
class Group:
    """One parameter group.

    Attributes:
        changed: Value and apply method of each parameter that differs from the family.
    """

    name: str
    family: str
    description: str
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """ARN of the group."""
        return arn("pg", self.name)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Parameters of the group's family, by name."""
        return parameters_of(major_of(self.family) or 0)

    def shown(self) -> dict[str, Any]:
        """Return the group in the form that the API shows it."""
        return {
            "DBParameterGroupName": self.name,
            "DBParameterGroupFamily": self.family,
            "Description": self.description,
            "DBParameterGroupArn": self.arn,
        }


class ParameterGroups:
    """Keeps the account's parameter groups by name and implements the operations on them.

    Args:
        tags: Tags of all RDS resources.

    Attributes:
        in_use: Returns whether an instance uses the group of that name.
    """

    def __init__(self, tags: Tags) -> None:
        self._tags = tags
        self._groups: dict[str, Group] = {}
        self.in_use: Callable[[str], bool] = lambda _: False

    def family_of(self, name: str) -> str:
        """Return the family of a group.

        Raises:
            ServiceError: There is no group of that name.
        """
        return self._of(name).family

    def create_db_parameter_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateDBParameterGroup. Names are stored in lower case. Unknown families are refused."""
        name, family = params["DBParameterGroupName"].lower(), params["DBParameterGroupFamily"]
        if name in self._groups:
            raise ServiceError("DBParameterGroupAlreadyExists", f"Parameter group {name} already exists")
        if major_of(family) is None:
            raise ServiceError(
                "InvalidParameterValue",
                f"ParameterGroupFamily {family} is not a valid parameter group family",
            )
        group = self._groups[name] = Group(name, family, params["Description"])
        self._tags.put(group.arn, params.get("Tags"))
        return {"DBParameterGroup": group.shown()}

    def describe_db_parameter_groups(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBParameterGroups, for one group or for all of them in one page."""
        name = params.get("DBParameterGroupName")
        found = list(self._groups.values()) if name is None else [self._of(name)]
        return {"DBParameterGroups": [group.shown() for group in found]}

    def describe_db_parameters(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBParameters. The answer is always one page."""
        group, source = self._of(params["DBParameterGroupName"]), params.get("Source")
        shown = [_shown(group, parameter) for parameter in group.parameters.values()]
        return {"Parameters": [one for one in shown if source in (None, one["Source"])]}

    def modify_db_parameter_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """ModifyDBParameterGroup. Changes all the given parameters or none of them."""
        group = self._of(params["DBParameterGroupName"])
        changed = dict(group.changed)
        for given in params["Parameters"]:
            known = _known(group, given.get("ParameterName", ""))
            method = given.get("ApplyMethod", "")
            if known.static and method == AT_ONCE:
                raise ServiceError(
                    "InvalidParameterCombination", "cannot use immediate apply method for static parameter"
                )
            if given["ParameterValue"] == known.default:
                changed.pop(known.name, None)
            else:
                changed[known.name] = (given["ParameterValue"], method)
        group.changed = changed
        return {"DBParameterGroupName": group.name}

    def reset_db_parameter_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """ResetDBParameterGroup. Resets all parameters or the given ones to the family's values."""
        group = self._of(params["DBParameterGroupName"])
        if params.get("ResetAllParameters"):
            group.changed.clear()
        for given in params.get("Parameters", []):
            group.changed.pop(_known(group, given.get("ParameterName", "")).name, None)
        return {"DBParameterGroupName": group.name}

    def delete_db_parameter_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteDBParameterGroup. A group that an instance uses is refused."""
        group = self._of(params["DBParameterGroupName"])
        if self.in_use(group.name):
            raise ServiceError(
                "InvalidDBParameterGroupState",
                f"One or more database instances are still members of this parameter group {group.name}, "
                "so the group cannot be deleted",
            )
        del self._groups[group.name]
        self._tags.forget(group.arn)
        return {}

    def _of(self, name: str) -> Group:
        if name.lower() not in self._groups:
            raise ServiceError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", 404)
        return self._groups[name.lower()]


def _known(group: Group, name: str) -> Parameter:
    found = group.parameters.get(name)
    if found is None:
        raise ServiceError("InvalidParameterValue", f"Could not find parameter with name: {name}")
    return found


def _shown(group: Group, parameter: Parameter) -> dict[str, Any]:
    value, method = group.changed.get(parameter.name, (parameter.default, LATER))
    own = "engine-default" if parameter.default is None else "system"
    return {
        "ParameterName": parameter.name,
        "ParameterValue": value,
        "Source": "user" if parameter.name in group.changed else own,
        "ApplyType": "static" if parameter.static else "dynamic",
        "ApplyMethod": method,
        "DataType": parameter.kind,
        "IsModifiable": True,
    }
