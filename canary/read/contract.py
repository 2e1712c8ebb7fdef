"""The read contract: the valid requests, the mock's answers, the shape of an answer, and what must be equal.

Replace this module, and its other half `functions/prisma_read/src/contract.ts`, to migrate another read path.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.read import cursors, seed
from canary.read.compare.comparison import Rules
from canary.read.cursors import timestamp
from canary.read.shape import many, record, text, whole, yes_no

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBED = "/creators/c-0001"
"""A path that both the mock and a migrated database know. The release check reads it on both sides."""
ABSENT = "/creators/nobody"
"""A valid path that no side has a record for. `canary ready` reads it, and so reads no one's record."""
REFUSED = "/creators/not%20an%20id"
"""A path of this contract, spelled as a client sends it, that every side refuses with 400."""

DEFAULT_LIMIT, MAX_LIMIT = 10, 50
_PATH = re.compile(r"/creators/(?P<id>[^/]+)/?")
_ID = r"[A-Za-z0-9_-]{1,64}"
_LIMIT = re.compile(r"[1-9][0-9]?")

_POST_NAMES = ("id", "title", "body", "price", "publishedAt", "likes")
_CREATOR_NAMES = (
    *("id", "handle", "displayName", "bio", "verified"),
    *("subscriptionPrice", "balance", "createdAt", "lastSeenAt"),
)
_MEDIA_NAMES = ("kind", "url", "width", "height")
NAMES = frozenset(
    {
        *("creator", "creator.links", "creator.links[]", "creator.links[].label", "creator.links[].url"),
        *("creator.tags", "creator.tags[]", "posts", "posts.items", "posts.items[]", "posts.nextCursor"),
        *("posts.items[].media", "posts.items[].media[]", "posts.items[].tags", "posts.items[].tags[]"),
        *(f"creator.{name}" for name in _CREATOR_NAMES),
        *(f"posts.items[].{name}" for name in _POST_NAMES),
        *(f"posts.items[].media[].{name}" for name in _MEDIA_NAMES),
    }
)
"""Every path of a valid answer. No other path is named in a log line."""

RULES = Rules(
    names=NAMES,
    unordered=frozenset({"creator.tags", "posts.items[].tags"}),
    decimals=frozenset({"creator.subscriptionPrice", "creator.balance", "posts.items[].price"}),
    timestamps=frozenset({"creator.createdAt", "creator.lastSeenAt", "posts.items[].publishedAt"}),
)
"""What counts as equal: tags are sets, decimals keep their scale, timestamps are instants.

Instants are in UTC, to the millisecond. A database may hold a timestamp that is no such instant: an infinity,
a year before Christ or after 9999. The Prisma side then writes ``unrepresentable`` in its place. A shadow
read reports it as a difference at its path. On the canary path `fault` refuses it, so that the user gets the
mock's answer.
"""


class InvalidRequestError(ValueError):
    """No side can answer the request. The message is meant for the client."""


@dataclass(frozen=True)
class Query:
    """A valid request: one creator with a page of posts.

    Attributes:
        creator_id: Id of the creator.
        limit: Maximum number of posts on the page, 1 to 50, default 10.
        cursor: Where the page begins; the newest post if omitted.
    """

    creator_id: str
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def payload(self) -> dict[str, Any]:
        """Return the payload that the Prisma function is invoked with."""
        return {
            "version": 1,
            "operation": "getCreator",
            "creatorId": self.creator_id,
            "limit": self.limit,
            "cursor": self.cursor,
        }


def query(path: str, parameters: Mapping[str, str]) -> Query | None:
    """Make the query of a path.

    Returns:
        The query; ``None`` for a path outside the contract.

    Raises:
        InvalidRequestError: The path is the contract's, but its id or its parameters are not valid.
    """
    found = _PATH.fullmatch(path)
    if not found:
        return None
    if not re.fullmatch(_ID, found["id"]):
        raise InvalidRequestError("The creator's id is 1 to 64 letters, digits, '-' or '_'.")
    limit = parameters.get("limit", str(DEFAULT_LIMIT))
    if not _LIMIT.fullmatch(limit) or int(limit) > MAX_LIMIT:
        raise InvalidRequestError(f"limit is a whole number from 1 to {MAX_LIMIT}.")
    cursor = parameters.get("cursor") or None
    if cursor is not None and cursors.decode(cursor) is None:
        raise InvalidRequestError("cursor is not one that this service has given out.")
    return Query(found["id"], int(limit), cursor)


def mock(asked: Query) -> dict[str, Any] | None:
    """Return the mock's answer; ``None`` for a creator that the mock does not know."""
    found = seed.creator(asked.creator_id)
    if found is None:
        return None
    posts = found.posts
    if asked.cursor is not None:
        place = cursors.decode(asked.cursor)
        posts = tuple(post for post in posts if place is not None and (post.published_at, post.id) < place)
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
            "links": [{**vars(link)} for link in found.links],
            "tags": list(found.tags),
        },
        "posts": {
            "items": [_post(post) for post in page],
            "nextCursor": cursors.encode(timestamp(page[-1].published_at), page[-1].id) if more else None,
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
        "media": [{**vars(media)} for media in post.media],
        "tags": list(post.tags),
    }


_MONEY, _BALANCE = r"-?\d{1,12}\.\d{2}", r"-?\d{1,12}\.\d{4}"
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_TAGS = many(text())
_MEDIA = record(kind=text(), url=text(), width=whole(nullable=True), height=whole(nullable=True))
_POST = record(
    id=text(_ID),
    title=text(),
    body=text(nullable=True),
    price=text(_MONEY, nullable=True),
    publishedAt=text(_INSTANT),
    likes=whole(),
    media=many(_MEDIA),
    tags=_TAGS,
)
_CREATOR = record(
    id=text(_ID),
    handle=text(),
    displayName=text(),
    bio=text(nullable=True),
    verified=yes_no,
    subscriptionPrice=text(_MONEY),
    balance=text(_BALANCE),
    createdAt=text(_INSTANT),
    lastSeenAt=text(_INSTANT, nullable=True),
    links=many(record(label=text(), url=text())),
    tags=_TAGS,
)
_BODY = record(creator=_CREATOR, posts=record(items=many(_POST), nextCursor=text(nullable=True)))


def fault(asked: Query, body: Any) -> str | None:
    """Describe what is wrong with an answer, another creator's record included; ``None`` if nothing is."""
    problem = _BODY(body)
    if problem is not None:
        return problem.lstrip(". ")
    if body["creator"]["id"] != asked.creator_id:
        return "creator.id is another creator's"
    items = body["posts"]["items"]
    if len(items) > asked.limit:
        return "posts.items is longer than the page asked for"
    order = [(post["publishedAt"], post["id"]) for post in items]
    if any(later >= earlier for earlier, later in itertools.pairwise(order)):
        return "posts.items is out of order"
    cursor = body["posts"]["nextCursor"]
    if cursor is not None and (not order or cursor != cursors.encode(*order[-1])):
        return "posts.nextCursor is not the last post's"
    return None
