"""The deterministic seed: creators and posts as a pure function of the creator's id.

The mock answers from the seed, and the database is filled from it, so both sides start equal. It holds the
shapes that make migrations hurt: decimals with trailing zeros, timestamps to the millisecond, nulls, empty
and nested lists, unordered tags.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

CREATORS = 200
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_WORDS = ("atlas", "birch", "comet", "delta", "ember", "fjord", "grove", "haven", "indigo", "jasper")
_TAGS = ("art", "cosplay", "fitness", "food", "games", "music", "photo", "travel", "vlog", "writing")
_KINDS = ("image", "video", "audio")


@dataclass(frozen=True)
class Link:
    """A link on a creator's page."""

    label: str
    url: str


@dataclass(frozen=True)
class Media:
    """Part of a post; audio has no width and no height."""

    kind: str
    url: str
    width: int | None
    height: int | None


@dataclass(frozen=True)
class Post:
    """A post. ``price`` is a decimal with two places, ``None`` for a free post."""

    id: str
    title: str
    body: str | None
    price: str | None
    published_at: datetime
    likes: int
    media: tuple[Media, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Creator:
    """A creator. Prices have two decimal places, balances four."""

    id: str
    handle: str
    display_name: str
    bio: str | None
    verified: bool
    subscription_price: str
    balance: str
    created_at: datetime
    last_seen_at: datetime | None
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    posts: tuple[Post, ...]


class _Draw:
    """Deterministic pseudo-random numbers from a name; identical on every machine and Python version."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0

    def below(self, limit: int) -> int:
        self._count += 1
        digest = hashlib.sha256(f"{self._name}/{self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def word(self) -> str:
        return _WORDS[self.below(len(_WORDS))]

    def tags(self) -> tuple[str, ...]:
        start, count = self.below(len(_TAGS)), self.below(4)
        return tuple(_TAGS[(start + 3 * index) % len(_TAGS)] for index in range(count))

    def moment(self, days: int) -> datetime:
        return _EPOCH + timedelta(milliseconds=self.below(days * 86_400_000))


def creator_ids() -> list[str]:
    """List every id that the seed knows: ``c-0001`` to ``c-0200``."""
    return [f"c-{number:04d}" for number in range(1, CREATORS + 1)]


_KNOWN = frozenset(creator_ids())


@functools.lru_cache(maxsize=CREATORS)
def creator(creator_id: str) -> Creator | None:
    """Make a creator with all posts, newest first; ``None`` for an id that the seed does not know."""
    if creator_id not in _KNOWN:
        return None
    draw = _Draw(creator_id)
    handle = f"{draw.word()}-{creator_id[2:]}"
    links = tuple(
        Link(label, f"https://{label}.example/{handle}") for label in ("web", "shop", "fan")[: draw.below(4)]
    )
    posts = tuple(_post(creator_id, number) for number in range(1, 3 + draw.below(28)))
    return Creator(
        id=creator_id,
        handle=handle,
        display_name=f"{draw.word().title()} {draw.word().title()}",
        bio=None if draw.below(4) == 0 else f"{draw.word()} & {draw.word()} — “{draw.word()}”",
        verified=draw.below(2) == 0,
        subscription_price=f"{1 + draw.below(50)}.{draw.below(10)}0",
        balance=f"{draw.below(100_000)}.{draw.below(10_000):04d}",
        created_at=draw.moment(365),
        last_seen_at=None if draw.below(5) == 0 else draw.moment(700),
        links=links,
        tags=draw.tags(),
        posts=tuple(sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)),
    )


def _post(creator_id: str, number: int) -> Post:
    draw = _Draw(f"{creator_id}/post/{number}")
    return Post(
        id=f"p-{creator_id[2:]}-{number:03d}",
        title=f"{draw.word()} {draw.word()} {number}",
        body=None if draw.below(3) == 0 else f"{draw.word()} {draw.word()} {draw.word()}",
        price=None if draw.below(3) == 0 else f"{draw.below(40)}.{draw.below(100):02d}",
        # Every seventh post has the same time, so that sorting needs the id too.
        published_at=_EPOCH + timedelta(days=500) if number % 7 == 0 else draw.moment(690),
        likes=draw.below(100_000),
        media=tuple(_media(draw, creator_id, number, index) for index in range(draw.below(4))),
        tags=draw.tags(),
    )


def _media(draw: _Draw, creator_id: str, number: int, index: int) -> Media:
    kind = _KINDS[draw.below(len(_KINDS))]
    url = f"https://media.example/{creator_id}/{number}/{index}"
    if kind == "audio":
        return Media(kind, url, None, None)
    return Media(kind, url, 320 + draw.below(1600), 240 + draw.below(900))
