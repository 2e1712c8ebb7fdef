"""The canary-migration unit and its rooms, as Pulumi component resources."""

from components.canary_migration import CanaryMigration
from components.database import Database, DatabaseArgs
from components.database_access import DatabaseConnection
from components.thresholds import Thresholds
from components.unit_args import CanaryMigrationArgs

__all__ = [
    "CanaryMigration",
    "CanaryMigrationArgs",
    "Database",
    "DatabaseArgs",
    "DatabaseConnection",
    "Thresholds",
]
