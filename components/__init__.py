"""Pulumi component resources: the canary-migration unit and the database that can go with it."""

from canary.unit.thresholds import Thresholds
from components.canary_migration import CanaryMigration
from components.database.access import DatabaseConnection
from components.database.database import Database, DatabaseArgs
from components.unit_args import CanaryMigrationArgs

__all__ = [
    "CanaryMigration",
    "CanaryMigrationArgs",
    "Database",
    "DatabaseArgs",
    "DatabaseConnection",
    "Thresholds",
]
