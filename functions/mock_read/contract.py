"""The read contract: what is asked, what the mock answers, what a valid answer is, what must be equal.

This is the module to replace for another read path; `functions/prisma_read/src/contract.ts` is its
other half.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mock_read import seed
from mock_read.comparison import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LIMIT, MAX_LIMIT = 10, 50
_PATH = re.compile(r"^/creators/(?P<id>[^/]+)/?$")
_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")

RULES = Rules(
    unordered=frozenset({"creator.tags", "posts.items[].tags"}),
    decimals=frozenset({"creator.subscriptionPrice", "creator.balance", "posts.items[].price"}),
    timestamps=frozenset({"creator.createdAt", "creator.lastSeenAt", "posts.items[].publishedAt"}),
)
"""Tags are sets. Decimals keep their scale and timestamps are instants in UTC to the millisecond."""


class InvalidRequestError(ValueError):
    """A request that no side can answer; its text is for the client."""


@dataclass(frozen=True)
class Query:
    """A valid request: one creator with a page of posts."""

    creator_id: str
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def payload(self) -> dict[str, Any]:
        """What the Prisma function is invoked with."""
        return {
            "version": 1,
            "operation": "getCreator",
            "creatorId": self.creator_id,
            "limit": self.limit,
            "cursor": self.cursor,
        }


def query(path: str, parameters: Mapping[str, str]) -> Query | None:
    """The query of a path, or ``None`` for a path outside the contract.

    Raises:
        InvalidRequestError: The path is ours, its parameters are not valid.
    """
    found = _PATH.match(path)
    if not found:
        return None
    if not _ID.match(found["id"]):
        raise InvalidRequestError("The creator's id is 1 to 64 letters, digits, '-' or '_'.")
    limit = parameters.get("limit", str(DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MAX_LIMIT):
        raise InvalidRequestError(f"limit is a whole number from 1 to {MAX_LIMIT}.")
    cursor = parameters.get("cursor") or None
    if cursor is not None:
        decode_cursor(cursor)
    return Query(found["id"], int(limit), cursor)


def encode_cursor(published_at: datetime, post_id: str) -> str:
    """A place after a post, in the order newest first."""
    return base64.urlsafe_b64encode(f"{timestamp(published_at)}|{post_id}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """The place that a cursor names.

    Raises:
        InvalidRequestError: It is not one of ours.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, _, post_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition("|")
        parsed = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestError("cursor is not one that this service has given out.") from error
    if not _ID.match(post_id):
        raise InvalidRequestError("cursor is not one that this service has given out.")
    return parsed, post_id


def timestamp(moment: datetime) -> str:
    """An instant as the contract writes it: UTC, milliseconds, ``Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def mock(asked: Query) -> dict[str, Any] | None:
    """The mock's answer; ``None`` for a creator it does not know."""
    found = seed.creator(asked.creator_id)
    if found is None:
        return None
    posts = found.posts
    if asked.cursor is not None:
        place = decode_cursor(asked.cursor)
        posts = tuple(post for post in posts if (post.published_at, post.id) < place)
    page = posts[: asked.limit]
    more = len(posts) > asked.limit
    return {
        "creator": {
            "id": found.id,
            "handle": found.handle,
            "displayName": found.display_name,
            "bio": found.bio,
            "verified": found.verified,
            "subscriptionPrice": found.subscription_price,
            "balance": found.balance,
            "createdAt": timestamp(found.created_at),
            "lastSeenAt": None if found.last_seen_at is None else timestamp(found.last_seen_at),
            "links": [asdict(link) for link in found.links],
            "tags": list(found.tags),
        },
        "posts": {
            "items": [_post(post) for post in page],
            "nextCursor": encode_cursor(page[-1].published_at, page[-1].id) if more else None,
        },
    }


def _post(post: seed.Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "title": post.title,
        "body": post.body,
        "price": post.price,
        "publishedAt": timestamp(post.published_at),
        "likes": post.likes,
        "media": [asdict(media) for media in post.media],
        "tags": list(post.tags),
    }


_TEXT, _MAYBE = (str,), (str, type(None))
_CREATOR: dict[str, tuple[type, ...]] = {
    "id": _TEXT,
    "handle": _TEXT,
    "displayName": _TEXT,
    "bio": _MAYBE,
    "verified": (bool,),
    "subscriptionPrice": _TEXT,
    "balance": _TEXT,
    "createdAt": _TEXT,
    "lastSeenAt": _MAYBE,
    "links": (list,),
    "tags": (list,),
}
_POST: dict[str, tuple[type, ...]] = {
    "id": _TEXT,
    "title": _TEXT,
    "body": _MAYBE,
    "price": _MAYBE,
    "publishedAt": _TEXT,
    "likes": (int,),
    "media": (list,),
    "tags": (list,),
}


def fault(asked: Query, body: Any) -> str | None:
    """What is wrong with an answer to a query, or ``None``; somebody else's record is wrong too."""
    if not isinstance(body, dict):
        return "not an object"
    creator, posts = body.get("creator"), body.get("posts")
    if not isinstance(creator, dict) or not isinstance(posts, dict):
        return "creator or posts missing"
    if problem := _shape("creator", creator, _CREATOR):
        return problem
    if creator["id"] != asked.creator_id:
        return "another creator"
    items = posts.get("items")
    if not isinstance(items, list) or len(items) > asked.limit:
        return "posts.items is no page"
    if not isinstance(posts.get("nextCursor"), _MAYBE):
        return "posts.nextCursor"
    problems = (_shape("posts.items[]", item, _POST) for item in items)
    return next((problem for problem in problems if problem), None)


def _shape(where: str, value: Any, fields: Mapping[str, tuple[type, ...]]) -> str | None:
    if not isinstance(value, dict):
        return f"{where} is no object"
    wrong = (name for name, types in fields.items() if name not in value or not isinstance(value[name], types))
    return next((f"{where}.{name}" for name in wrong), None)
