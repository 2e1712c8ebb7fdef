"""Cases of the rules about releases, alarms, the chain, access and databases."""

from __future__ import annotations

from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from tests.policy.cases import FAILS, OPEN, PASSES, allowing, cases
from tests.policy.mutation.changes import detach, drop, edit, gone, literal, option, put, unknown

PASSED: dict[str, Any] = {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}
ROLE = "arn:aws:iam::123456789012:role/x"
NAMED_BY = "environment.variables.USER_NAMED_BY"

MORE_CASES = [
    *cases(
        "canary-codedeploy-rolls-back-on-alarm",
        (FAILS, drop("group", "alarmConfiguration"), "must have alarmConfiguration.enabled true, not unset"),
        (FAILS, put("group", "alarmConfiguration.ignorePollAlarmFailure", value=True), "cannot poll"),
        (FAILS, put("group", "alarmConfiguration.alarms", []), "name alarms"),
        (FAILS, put("group", "autoRollbackConfiguration.events", []), "roll back on DEPLOYMENT_FAILURE"),
        (PASSES, put("group", "alarmConfiguration.alarms", UNKNOWN_STRING_VALUE), ""),
        (OPEN, unknown("group", "autoRollbackConfiguration"), "group (autoRollbackConfiguration.enabled)"),
    ),
    *cases(
        "canary-shift-gradual",
        (FAILS, literal("group", "deploymentConfigName", "CodeDeployDefault.LambdaAllAtOnce"), "gradually"),
        (
            FAILS,
            literal("group", "deploymentConfigName", "CodeDeployDefault.LambdaLinear20PercentEvery1Minute"),
            "at most 10 % of the traffic at first, not 20 %",
        ),
        (
            PASSES,
            literal("group", "deploymentConfigName", "CodeDeployDefault.LambdaCanary10Percent5Minutes"),
            "",
        ),
        (OPEN, unknown("group", "deploymentConfigName"), "group (deploymentConfigName)"),
    ),
    *cases(
        "rollback-alarm-sensitive",
        (FAILS, put("canary-errors", "threshold", 3), "fire at no more than 2 % of errors, not 3"),
        (FAILS, put("canary-errors", "evaluationPeriods", 2), "look at no more than 5 minutes, not 10"),
        (FAILS, put("canary-errors", "treatMissingData", "ignore"), "notBreaching, not 'ignore'"),
        (FAILS, put("canary-errors", "actionsEnabled", value=False), "have its actions on"),
        (FAILS, put("canary-errors", "metricQueries.2.expression", "100 * e / n"), "floor under its rate"),
        (
            FAILS,
            put("canary-errors", "metricQueries.2.expression", "IF(n > 9, e / n, 0)"),
            "(threshold 0.02)",
        ),
        (FAILS, drop("canary-errors", "metricQueries.0.metric.dimensions.Path"), "canary path's own error"),
        (FAILS, put("canary-errors", "metricQueries.0.metric.period", 600), "not 10"),
        (OPEN, unknown("canary-errors", "treatMissingData"), "canary-errors (treatMissingData)"),
        (OPEN, unknown("canary-errors", "metricQueries"), "canary-errors (metricQueries)"),
    ),
    *cases(
        "rollback-chain-complete",
        (FAILS, detach("canary-errors", "alarmActions", "people"), "must tell people"),
        (FAILS, gone("alarm-may-invoke"), "be permitted to invoke its guard 'guard-live'"),
        (FAILS, unknown("canary-errors", "alarmActions", "people"), "must act on a guard (alarmActions)"),
        (FAILS, unknown("alarm-may-invoke", "sourceArn", "people"), "be permitted to invoke its guard"),
        (FAILS, gone("kill-environment"), "'ramp-environment' must have a kill switch beside it"),
        (FAILS, gone("ramp-deployment"), "'ramp-profile' must be deployed with a safe baseline"),
        (FAILS, gone("group"), "Alias 'reader-live' must have a CodeDeploy deployment group"),
        (PASSES, unknown("canary-errors", "alarmActions", "guard-live", "people"), ""),
        (PASSES, unknown("alarm-may-invoke", "sourceArn", "canary-errors"), ""),
    ),
    *cases(
        "guard-can-act",
        (FAILS, gone("guard-role-policy"), "Role 'guard-role' must allow the guard to act"),
        (FAILS, put("guard", "environment.variables.KILL", "x"), "be told of the kill switch 'kill'"),
        (FAILS, gone("clock"), "woken by the clock too"),
        (
            FAILS,
            literal("guard-role-policy", "policy", allowing("appconfig:StartDeployment")),
            "StopDeployment",
        ),
        (
            FAILS,
            unknown("guard-role-policy", "policy", "people"),
            "allow the guard appconfig:StartDeployment",
        ),
        (OPEN, unknown("guard-role-policy", "policy", "app"), "guard-role-policy (policy)"),
    ),
    *cases(
        "dashboard-shows-canary",
        (
            FAILS,
            gone("board"),
            "have what it looks at on a dashboard: Errors of FunctionName reader, Path new",
        ),
        (FAILS, edit("board", "dashboardBody", '"value": 2', '"value": 3'), "threshold drawn"),
        (OPEN, unknown("board", "dashboardBody"), "board (dashboardBody)"),
    ),
    *cases(
        "iam-no-wildcard",
        (
            FAILS,
            literal("reader-role-policy", "policy", allowing("s3:*", "x")),
            "name actions in full, not s3:*",
        ),
        (
            FAILS,
            literal("reader-role-policy", "policy", allowing("s3:GetObject")),
            "the resources of s3:getobj",
        ),
        (PASSES, literal("reader-role-policy", "policy", allowing("xray:PutTraceSegments")), ""),
        (OPEN, unknown("reader-role-policy", "policy", "app"), "reader-role-policy (policy)"),
    ),
    *cases(
        "iam-pass-role-scoped",
        (
            FAILS,
            literal("reader-role-policy", "policy", allowing("iam:PassRole", **PASSED)),
            "not all of them",
        ),
        (FAILS, literal("reader-role-policy", "policy", allowing("iam:PassRole", ROLE)), "to which service"),
        (PASSES, literal("reader-role-policy", "policy", allowing("iam:PassRole", ROLE, **PASSED)), ""),
        (OPEN, unknown("reader-role-policy", "policy", "app"), "reader-role-policy (policy)"),
    ),
    *cases(
        "alarm-told-both-ways",
        (FAILS, drop("canary-errors", "okActions"), "tell 'people' when it is over too"),
        (FAILS, put("canary-errors", "warmUpConfiguration", {"a": 1}), "have no warm-up"),
        (OPEN, unknown("canary-errors", "warmUpConfiguration"), "canary-errors (warmUpConfiguration)"),
        (OPEN, unknown("canary-errors", "treatMissingData"), "canary-errors (treatMissingData)"),
    ),
    *cases(
        "rds-private-encrypted",
        (FAILS, put("database", "publiclyAccessible", value=True), "not be publicly accessible"),
        (FAILS, drop("database", "storageEncrypted"), "Instance 'database' must be encrypted"),
        (PASSES, unknown("database", "password"), ""),
        (OPEN, unknown("database", "storageEncrypted"), "database (storageEncrypted)"),
    ),
    *cases(
        "rds-prod-protected",
        (FAILS, put("database", "deletionProtection", value=False), "have deletionProtection, not false"),
        (FAILS, put("database", "backupRetentionPeriod", 1), "keep backups at least 7 days"),
        (FAILS, option("database", "protect", value=False), "be protected in Pulumi"),
        (OPEN, unknown("database", "multiAz"), "database (multiAz)"),
    ),
    *cases(
        "entry-authorised",
        (FAILS, put("route", "authorizationType", "NONE"), "not be open to everybody 'GET /things'"),
        (FAILS, drop("route", "authorizerId"), "name its authorizer"),
        (PASSES, put("route", "routeKey", "OPTIONS /things"), ""),
        (PASSES, unknown("route", "authorizerId"), ""),
        (OPEN, unknown("route", "authorizationType"), "route (authorizationType)"),
    ),
    *cases(
        "users-named-by-authorizer",
        (
            FAILS,
            put("reader", NAMED_BY, "header"),
            "told USER_NAMED_BY=authorizer, not 'header': 'route' has",
        ),
        (FAILS, put("route", "authorizationType", "NONE"), "not be told USER_NAMED_BY=authorizer"),
        (FAILS, drop("route", "authorizationType"), "no way in has an authorizer"),
        (PASSES, drop("reader", NAMED_BY), ""),
        (PASSES, put("route", "authorizationType", "AWS_IAM"), ""),
        (PASSES, put("route", "routeKey", "GET /health"), ""),
        (PASSES, literal("route", "target", "integrations/i1"), ""),
        (PASSES, gone("route"), ""),
        (OPEN, put("reader", NAMED_BY, UNKNOWN_STRING_VALUE), "reader (environment.variables.USER_NAMED_BY)"),
        (OPEN, unknown("route", "authorizationType"), "route (authorizationType)"),
    ),
    *cases(
        "required-tags",
        (FAILS, drop("people", "tagsAll.Owner"), "Topic 'people' must have the tags Owner"),
        (FAILS, drop("people", "tagsAll"), "have the tags Project, Stack, Owner"),
        (OPEN, unknown("people", "tagsAll"), "people (tags)"),
    ),
]
