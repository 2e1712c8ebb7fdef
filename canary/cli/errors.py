"""What the CLI says instead of a traceback, and its exit codes.

=====  =======================================================================
code   meaning
=====  =======================================================================
0      done; for `status` all is well, for `verdict` GO
1      refused or failed: the message says why and what to do
2      wrong usage
3      `status`: something needs attention; `preflight`: a name is taken; `rollback`, `resume`: unfinished
4      `verdict`: NO-GO
5      `verdict`: INVESTIGATE
6      `verdict`: INCONCLUSIVE
130    interrupted
=====  =======================================================================
"""

from __future__ import annotations

OK, REFUSED, USAGE, ATTENTION = 0, 1, 2, 3
INTERRUPTED = 130
BY_DECISION = {"GO": 0, "NO-GO": 4, "INVESTIGATE": 5, "INCONCLUSIVE": 6}


class OpsError(Exception):
    """Something that cannot be done; names the thing, what is wrong, and how to mend it."""


class WrongUsageError(OpsError):
    """What was typed cannot be meant: the command ends with exit code 2, and nothing was changed."""
