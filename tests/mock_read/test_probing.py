"""What checks ask for are paths of the contract."""

from __future__ import annotations

import pytest
from mock_read.http import entry

from canary.read import contract, probing
from tests.mock_read.parts import http_api


def test_the_probed_path_is_one_that_the_mock_knows() -> None:
    """And what it answers is valid."""
    asked = probing.query(contract.PROBED)
    assert contract.fault(asked, contract.mock(asked)) is None


def test_the_absent_path_is_one_that_nobody_knows() -> None:
    """A valid one."""
    assert contract.mock(probing.query(contract.ABSENT)) is None


def test_the_refused_path_is_refused_as_a_client_sends_it() -> None:
    """By the contract, in words for the client."""
    request = entry.parse(http_api(contract.REFUSED))
    with pytest.raises(contract.InvalidRequestError):
        contract.query(request.path, request.parameters)


@pytest.mark.parametrize("path", ["/elsewhere", contract.REFUSED])
def test_a_path_that_is_not_the_contracts_is_named(path: str) -> None:
    """A check must not go out with it."""
    with pytest.raises(probing.ContractError, match=path):
        probing.query(path)
