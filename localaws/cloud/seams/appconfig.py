"""Correct MiniStack's AppConfig: the length of its minute, timestamps, served documents and refusals."""

# ruff: noqa: SLF001 - a seam is the code that touches MiniStack's internals
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import appconfig

from localaws.cloud import flag_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.clock import Clock

FLAGS = "AWS.AppConfig.FeatureFlags"


def as_on_aws(clock: Clock) -> None:
    """Make MiniStack's AppConfig run on the cloud's clock and behave as AppConfig does on AWS."""
    appconfig._DEPLOYMENT_MINUTE_SECONDS = clock.real(60)
    appconfig._DEFAULT_POLL_INTERVAL_SECONDS = int(clock.real(appconfig._DEFAULT_POLL_INTERVAL_SECONDS))
    _refuse_deleting_profiles_with_versions()
    _stamp(clock.now)
    appconfig._retrieval_time_content = _retrieved


def _refuse_deleting_profiles_with_versions() -> None:
    """Refuse to delete a configuration profile that has hosted versions.

    AppConfig answers with ConflictException. MiniStack would delete the versions together with the profile.
    """
    delete = appconfig._delete_configuration_profile

    def refusing(app_id: str, profile_id: str) -> Any:
        if any(key.startswith(f"{app_id}/{profile_id}/") for key in appconfig._hosted_versions):
            return appconfig._error(
                409,
                "ConflictException",
                f"Cannot delete configuration profile {profile_id}: it has hosted configuration versions",
            )
        return delete(app_id, profile_id)

    appconfig._delete_configuration_profile = refusing


def _stamp(now: Callable[[], float]) -> None:
    """Add AppConfig's timestamps to feature flag documents. Other documents are stored as they were sent."""
    create = appconfig._create_hosted_configuration_version

    def stamping(app_id: str, profile_id: str, body: bytes, *rest: Any, **more: Any) -> Any:
        profile = appconfig._config_profiles.get(f"{app_id}/{profile_id}") or {}
        kept = flag_documents.stamped(body, now()) if profile.get("Type") == FLAGS else body
        return create(app_id, profile_id, kept, *rest, **more)

    appconfig._create_hosted_configuration_version = stamping


def _retrieved(app_id: str, profile_id: str, content: bytes) -> bytes:
    profile = appconfig._config_profiles.get(f"{app_id}/{profile_id}") or {}
    return flag_documents.served(content) if profile.get("Type") == FLAGS else content
