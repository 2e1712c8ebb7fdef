"""CloudWatch Logs Insights, the part that this project's queries use: MiniStack ignores most of it silently.

Whatever is outside that part is an error here, so that a query which runs against it is one that has been
understood whole. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from localaws.insights.evaluation import run
from localaws.insights.records import Record, record
from localaws.insights.syntax import QueryError, fields_of, parse

__all__ = ["QueryError", "Record", "fields_of", "parse", "record", "run"]
