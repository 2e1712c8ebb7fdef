"""Settings to provider to the unit to outputs; everything else is in `components`."""

import pulumi
import pulumi_aws as aws

from components import CanaryMigration, Database
from settings.placeholders import for_account
from settings.reading import SettingsError, load

try:
    settings = load()
except SettingsError as error:
    raise pulumi.RunError(str(error)) from None

tags = {"Project": pulumi.get_project(), "Stack": settings.stack, "Owner": settings.owner}
provider = aws.Provider("aws", region=settings.region, default_tags={"tags": tags})
on_aws = pulumi.ResourceOptions(provider=provider)
identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider))
account = identity.account_id.apply(lambda number: for_account(settings, number))

connection = settings.existing_database()
if connection is None:
    database = Database(f"{settings.prefix}-database", settings.database(account), on_aws)
    connection = database.connection

unit = CanaryMigration(f"{settings.prefix}-migration", settings.unit(account, connection), on_aws)

pulumi.export("canary", unit.outputs)
pulumi.export("apiUrl", unit.url)
