"""Region and account of a unit, for ARNs that no resource can be asked for."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True)
class Place:
    """Region and account of a unit, for ARNs that no resource can be asked for."""

    region: str
    account: pulumi.Input[str]

    def arn(self, service: str, resource: pulumi.Input[str]) -> pulumi.Output[str]:
        """Return ``arn:aws:<service>:<region>:<account>:<resource>``; the region is empty for IAM."""
        region = "" if service == "iam" else self.region
        return pulumi.Output.concat("arn:aws:", service, ":", region, ":", self.account, ":", resource)
