"""What is said of a fault that is not the command's own, in one sentence with what to do about it."""

from __future__ import annotations

import errno
import json
import traceback

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from canary.cli.answered import ANSWERED
from canary.unit.metrics.counts import IncompleteError
from canary.unit.patience import code

SIGN_IN = (
    "Sign in first: `aws sso login`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; "
    "`aws sts get-caller-identity` then says who you are."
)
_NOT_SIGNED_IN = (
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
_REFUSED_KEYS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
}
"""Codes with which AWS refuses the credentials themselves:
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html."""


def told(error: Exception) -> str | None:  # noqa: PLR0911 - one sentence for each kind
    """The sentence; ``None`` for a fault that nothing sensible can be said of."""
    match error:
        case ClientError() if code(error) in _REFUSED_KEYS:
            return f"AWS: {folded(error)} {SIGN_IN}"
        case BotoCoreError() if isinstance(error, _NOT_SIGNED_IN):
            return f"AWS: {folded(error)}. {SIGN_IN}".replace("..", ".")
        case ClientError() | BotoCoreError():
            return f"AWS: {folded(error)}"
        case ResponseParserError() | UnicodeDecodeError():
            return f"{ANSWERED.sentence()}: is a proxy in between? {folded(error)}"
        case OSError():
            return None if error.errno == errno.EPIPE else folded(error)
        case json.JSONDecodeError() if ANSWERED.asked:
            # What a function answers is the only JSON of AWS's that is read here: Lambda hands over no other.
            return f"{ANSWERED.sentence()}: is a proxy in between? {folded(error)}"
        case IncompleteError():
            return f"{error} Nothing is judged on less than was asked for; try again."
        case KeyError() if error.args and ANSWERED.lacks(error.args[0]):
            return (
                f"{ANSWERED.sentence()}: is a proxy in between? Its answer has no {error.args[0]}. "
                "If AWS itself answers there, report it as a fault of canary."
            )
        case (
            ArithmeticError()
            | AttributeError()
            | LookupError()
            | RecursionError()
            | TypeError()
            | ValueError()
        ):
            return (
                f"an answer or a value was not understood at {_place(error)}: "
                f"{type(error).__name__}: {folded(error)}. "
                "If AWS answers, and no proxy, report it as a fault of canary."
            )
    return None


def folded(error: BaseException) -> str:
    """An error's own words on one line."""
    return " ".join(str(error).split())


def _place(error: BaseException) -> str:
    """Where a fault arose, as a report of it needs it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename.rpartition('/')[2]}:{last.lineno}"
