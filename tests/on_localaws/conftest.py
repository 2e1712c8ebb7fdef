"""Fixture: the running local AWS that its own tests use."""

from localaws.tests.cloud.conftest import live

__all__ = ["live"]
