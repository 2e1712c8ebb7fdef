/** What is asked and how the answer is written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, encodeCursor, InvalidRequest, request, NO_INSTANT } from "../src/contract.js";
import { decimal, post, row } from "./support.js";

const ASKED = { version: 1, operation: "getCreator", creatorId: "c-0001", limit: 2, cursor: null };

test("a query is read from an event", () => {
  assert.deepEqual(request(ASKED), { creatorId: "c-0001", limit: 2, after: null });
});

test("a cursor that was given out is taken back", () => {
  const place = { publishedAt: new Date("2024-05-01T10:00:00.120Z"), id: "p-1" };
  assert.deepEqual(request({ ...ASKED, cursor: encodeCursor(place) }).after, place);
});

const WRONG: Record<string, unknown> = {
  "no object": "x",
  null: null,
  "another version": { ...ASKED, version: 2 },
  "another operation": { ...ASKED, operation: "drop" },
  "an id that is none": { ...ASKED, creatorId: "a b" },
  "an id that is no text": { ...ASKED, creatorId: 1 },
  "a limit of 0": { ...ASKED, limit: 0 },
  "a limit of 51": { ...ASKED, limit: 51 },
  "a limit as text": { ...ASKED, limit: "2" },
  "half a post": { ...ASKED, limit: 1.5 },
  "a cursor of another": { ...ASKED, cursor: "bm90LW91cnM" },
  "a cursor that is no text": { ...ASKED, cursor: 7 },
  "a cursor with padding": { ...ASKED, cursor: `${encodeCursor({ publishedAt: new Date(0), id: "p" })}=` },
};
for (const [name, event] of Object.entries(WRONG)) {
  test(`${name} is refused by name`, () => assert.throws(() => request(event), InvalidRequest));
}

test("decimals keep their column's scale", () => {
  const { creator, posts } = answer(row([post("p-1", "2024-01-01T00:00:00Z", { price: decimal(3) })]), { limit: 10 });
  assert.equal(creator.subscriptionPrice, "4.50");
  assert.equal(creator.balance, "12.0000");
  assert.equal(posts.items[0]?.price, "3.00");
});

test("instants are written in UTC to the millisecond", () => {
  assert.equal(answer(row(), { limit: 10 }).creator.createdAt, "2024-05-01T10:00:00.120Z");
});

test("null stays null", () => {
  const { creator } = answer(row(), { limit: 10 });
  assert.deepEqual([creator.bio, creator.lastSeenAt], [null, null]);
});

test("a page has a cursor only when there is another", () => {
  const two = [post("p-2", "2024-02-01T00:00:00Z"), post("p-1", "2024-01-01T00:00:00Z")];
  assert.equal(answer(row(two), { limit: 2 }).posts.nextCursor, null);
  const page = answer(row(two), { limit: 1 }).posts;
  assert.deepEqual(page.items.map(({ id }) => id), ["p-2"]);
  assert.equal(page.nextCursor, encodeCursor({ publishedAt: new Date("2024-02-01T00:00:00Z"), id: "p-2" }));
});

test("columns that are not in the contract are not answered", () => {
  const [item] = answer(row([post("p-1", "2024-01-01T00:00:00Z")]), { limit: 10 }).posts.items;
  assert.deepEqual(Object.keys(item ?? {}), ["id", "title", "body", "price", "publishedAt", "likes", "media", "tags"]);
});

for (const date of [new Date(Number.NaN), new Date(Date.UTC(12026, 0, 1)), new Date(-1e14)]) {
  test(`${date.getTime()} is no instant of the contract, and is written so that no side takes it for one`, () => {
    const body = answer({ ...row([{ ...post("p-1", "2024-01-01T00:00:00Z"), publishedAt: date }, post("p-0", "2023-01-01T00:00:00Z")]), createdAt: date, lastSeenAt: date }, { limit: 1 });
    assert.equal(body.creator.createdAt, NO_INSTANT);
    assert.equal(body.creator.lastSeenAt, NO_INSTANT);
    assert.equal(body.posts.items[0]?.publishedAt, NO_INSTANT);
  });
}
