"""The command `canary`, from its first instant: Ctrl-C while it still loads ends it without a traceback."""

from __future__ import annotations

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # The signal's own way of ending a process, which a shell reports as 130, until `main` can catch it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from canary.cli.application import VERBS, app, main  # a second of loading, which the line above is for

__all__ = ["VERBS", "app", "main"]

if __name__ == "__main__":
    main()
