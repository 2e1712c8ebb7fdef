"""The database and its network: beta and prod preview them; the rehearsal has a database of its own."""

from __future__ import annotations

from rehearsal.provider.model import ResourceType, keys

_RULE = "securityGroupId"

TYPES = (
    ResourceType(
        "aws:ec2/securityGroup:SecurityGroup",
        replace=keys("name namePrefix vpcId description"),
        defaults={"description": "Managed by Pulumi", "revokeRulesOnDelete": False},
        computed=keys("ingress egress vpcId"),
        autoname="name",
    ),
    ResourceType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", replace=keys(_RULE)),
    ResourceType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", replace=keys(_RULE)),
    ResourceType(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        replace=keys("vpcId serviceName vpcEndpointType"),
        defaults={"vpcEndpointType": "Gateway"},
        computed=keys(
            "policy privateDnsEnabled routeTableIds securityGroupIds subnetIds ipAddressType dnsOptions"
        ),
    ),
    ResourceType(
        "aws:rds/subnetGroup:SubnetGroup",
        replace=keys("name namePrefix"),
        defaults={"description": "Managed by Pulumi"},
        autoname="name",
    ),
    ResourceType(
        "aws:rds/parameterGroup:ParameterGroup",
        replace=keys("name namePrefix family description"),
        defaults={"description": "Managed by Pulumi", "skipDestroy": False},
        autoname="name",
    ),
    ResourceType(
        "aws:rds/instance:Instance",
        replace=keys(
            "availabilityZone characterSetName dbName engine kmsKeyId ncharCharacterSetName "
            "snapshotIdentifier storageEncrypted timezone username identifierPrefix "
            "customIamInstanceProfile"
        ),
        defaults={
            "applyImmediately": False,
            "autoMinorVersionUpgrade": True,
            "copyTagsToSnapshot": False,
            "dedicatedLogVolume": False,
            "deleteAutomatedBackups": True,
            "monitoringInterval": 0,
            "performanceInsightsEnabled": False,
            "publiclyAccessible": False,
            "skipFinalSnapshot": False,
        },
        computed=keys(
            "allocatedStorage availabilityZone backupRetentionPeriod backupTarget backupWindow "
            "caCertIdentifier characterSetName databaseInsightsMode dbName dbSubnetGroupName engine "
            "engineVersion kmsKeyId licenseModel maintenanceWindow masterUserSecretKmsKeyId "
            "monitoringRoleArn multiAz networkType optionGroupName parameterGroupName "
            "performanceInsightsKmsKeyId performanceInsightsRetentionPeriod port replicaMode "
            "snapshotIdentifier storageType username vpcSecurityGroupIds iops storageThroughput"
        ),
        autoname="identifier",
    ),
    ResourceType(
        "aws:rds/proxy:Proxy",
        replace=keys("engineFamily name vpcSubnetIds"),
        computed=keys("idleClientTimeout vpcSecurityGroupIds defaultAuthScheme endpointNetworkType"),
        autoname="name",
    ),
    ResourceType(
        "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
        replace=keys("dbProxyName"),
        computed=keys("connectionPoolConfig"),
    ),
    ResourceType(
        "aws:rds/proxyTarget:ProxyTarget",
        replace=keys("dbClusterIdentifier dbInstanceIdentifier dbProxyName targetGroupName"),
    ),
    ResourceType(
        "aws:secretsmanager/secret:Secret",
        replace=keys("name namePrefix"),
        defaults={"forceOverwriteReplicaSecret": False, "recoveryWindowInDays": 30},
        computed=keys("policy replicas"),
        autoname="name",
    ),
    ResourceType(
        "aws:secretsmanager/secretVersion:SecretVersion",
        replace=keys("secretId secretString secretBinary"),
        computed=keys("versionStages"),
    ),
)
