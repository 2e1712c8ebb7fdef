"""Requests for checking a deployment, from the paths that the contract names for checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canary.read import contract

if TYPE_CHECKING:
    from canary.read.contract import Query


class ContractError(RuntimeError):
    """A path that the contract names for checks is not one of its own, or is not valid."""


def query(path: str) -> Query:
    """Make the query of a path that the contract names.

    Raises:
        ContractError: The path is not the contract's, or is not valid.
    """
    try:
        asked = contract.query(path, {})
    except contract.InvalidRequestError as error:
        raise ContractError(f"{path}, which the contract names for checks, is not valid: {error}") from error
    if asked is None:
        raise ContractError(f"{path}, which the contract names for checks, is not one of its paths.")
    return asked


def payload(path: str) -> dict[str, Any]:
    """Return what the Prisma function is invoked with for a path that the contract names."""
    return query(path).payload()
