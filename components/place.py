"""Where a unit lives, for ARNs of things that cannot be asked for theirs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True)
class Place:
    """Where a unit lives, for ARNs of things that cannot be asked for theirs."""

    region: str
    account: pulumi.Input[str]

    def arn(self, service: str, resource: pulumi.Input[str]) -> pulumi.Output[str]:
        """``arn:aws:<service>:<region>:<account>:<resource>``; IAM has no region."""
        region = "" if service == "iam" else self.region
        return pulumi.Output.concat("arn:aws:", service, ":", region, ":", self.account, ":", resource)
