"""The running cloud that the cloud's own tests use."""

from localaws.tests.cloud.conftest import live

__all__ = ["live"]
