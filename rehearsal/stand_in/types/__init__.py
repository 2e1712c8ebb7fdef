"""One table a service: which resource types there are, and the calls that make, read and remove them."""

from __future__ import annotations

from rehearsal.stand_in.types import (
    apigateway,
    appconfig,
    cloudwatch,
    codedeploy,
    iam,
    lambda_,
    messaging,
    preview_only,
    security,
)

_TABLES = (apigateway, appconfig, cloudwatch, codedeploy, iam, lambda_, messaging, preview_only, security)

KINDS = {kind.token: kind for table in _TABLES for kind in table.KINDS}
"""Every resource type the stand-in knows, by its token."""
