"""The part of CloudWatch Logs Insights that this project's queries use.

MiniStack silently ignores most of the query language. Here, anything outside the supported part is an error,
so a query that runs has been understood completely.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from localaws.insights.evaluation import run
from localaws.insights.records import Record, record
from localaws.insights.syntax import QueryError, fields_of, parse

__all__ = ["QueryError", "Record", "fields_of", "parse", "record", "run"]
