"""What those who check a deployment ask for; the contract names the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canary.read import contract

if TYPE_CHECKING:
    from canary.read.contract import Query


class ContractError(RuntimeError):
    """A path that the contract names is not one that it knows."""


def query(path: str) -> Query:
    """The query of a path that the contract names.

    Raises:
        ContractError: It is not the contract's, or not valid.
    """
    try:
        asked = contract.query(path, {})
    except contract.InvalidRequestError as error:
        raise ContractError(f"{path}, which the contract names for checks, is not valid: {error}") from error
    if asked is None:
        raise ContractError(f"{path}, which the contract names for checks, is not one of its paths.")
    return asked


def payload(path: str) -> dict[str, Any]:
    """What the Prisma function is invoked with for a path that the contract names."""
    return query(path).payload()
