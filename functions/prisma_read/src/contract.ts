/**
 * The Prisma side of the read contract: the valid requests, the query, and the answer's shape.
 *
 * Replace this module, and its other half `canary/read/contract.py`, to migrate another read path.
 */
import type { Prisma } from "../generated/client.js";
import type { Client } from "./database.js";

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 50;

/** Scales of the columns. Prisma's decimals drop trailing zeros; the contract keeps them. */
const PRICE_SCALE = 2;
const BALANCE_SCALE = 4;

/** A position after a post. Posts are ordered newest first, then by descending id. */
export interface Place {
  readonly publishedAt: Date;
  readonly id: string;
}

/** A valid request: one creator with a page of posts. */
export interface Query {
  readonly creatorId: string;
  readonly limit: number;
  readonly after: Place | null;
}

export type Answer =
  | { readonly status: "ok"; readonly body: Body }
  | { readonly status: "not-found" }
  | { readonly status: "invalid"; readonly message: string };

/** No side can answer the request. The message is meant for the caller. */
export class InvalidRequest extends Error {}

/** Reads the query from an event. Throws {@link InvalidRequest} for anything that is not a query. */
export function request(event: unknown): Query {
  if (typeof event !== "object" || event === null) throw new InvalidRequest("The request is a JSON object.");
  const { version, operation, creatorId, limit = DEFAULT_LIMIT, cursor = null } = event as Record<string, unknown>;
  if (version !== 1) throw new InvalidRequest("version is 1.");
  if (operation !== "getCreator") throw new InvalidRequest('operation is "getCreator".');
  if (typeof creatorId !== "string" || !ID.test(creatorId)) {
    throw new InvalidRequest("The creator's id is 1 to 64 letters, digits, '-' or '_'.");
  }
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidRequest(`limit is a whole number from 1 to ${MAX_LIMIT}.`);
  }
  return { creatorId, limit, after: cursor === null ? null : decodeCursor(cursor) };
}

/** Written in place of an instant that the contract cannot write. */
export const NO_INSTANT = "unrepresentable";

/**
 * Formats an instant as the contract writes it.
 *
 * PostgreSQL also holds infinities, years before Christ and years after 9999
 * (https://www.postgresql.org/docs/17/datatype-datetime.html), and Prisma turns them into invalid dates. They
 * are written as {@link NO_INSTANT}. The other side then finds a difference at the path, or refuses a
 * canary's answer because of it. A fault here would instead make every read of the record fail.
 */
function instant(date: Date): string {
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return /^\d{4}-/.test(text) ? text : NO_INSTANT;
}

export function encodeCursor({ publishedAt, id }: Place): string {
  return Buffer.from(`${instant(publishedAt)}|${id}`).toString("base64url");
}

/** Returns the position that a cursor names. The cursor must be exactly as it was given out. */
function decodeCursor(cursor: unknown): Place {
  const [moment = "", id = ""] = typeof cursor === "string" ? Buffer.from(cursor, "base64url").toString("latin1").split("|") : [];
  const place = { publishedAt: new Date(moment), id };
  if (!ID.test(id) || Number.isNaN(place.publishedAt.getTime()) || encodeCursor(place) !== cursor) {
    throw new InvalidRequest("cursor is not one that this service has given out.");
  }
  return place;
}

const include = {
  links: { orderBy: { position: "asc" } },
  posts: { orderBy: [{ publishedAt: "desc" }, { id: "desc" }], include: { media: { orderBy: { position: "asc" } } } },
} satisfies Prisma.CreatorInclude;

export type Row = Prisma.CreatorGetPayload<{ include: typeof include }>;
type PostRow = Row["posts"][number];

/** Fetches one creator with a page of posts, and one post more, which tells whether there is a next page. */
export function fetch(client: Client, { creatorId, limit, after }: Query): Promise<Row | null> {
  const where: Prisma.PostWhereInput =
    after === null
      ? {}
      : { OR: [{ publishedAt: { lt: after.publishedAt } }, { publishedAt: after.publishedAt, id: { lt: after.id } }] };
  return client.creator.findUnique({
    where: { id: creatorId },
    include: { ...include, posts: { ...include.posts, where, take: limit + 1 } },
  });
}

export type Body = ReturnType<typeof answer>;

/**
 * Makes the answer as the contract writes it: decimals at their column's scale, instants in UTC to the
 * millisecond.
 */
export function answer(row: Row, { limit }: Pick<Query, "limit">) {
  const page = row.posts.slice(0, limit);
  const last = page.at(-1);
  return {
    creator: {
      id: row.id,
      handle: row.handle,
      displayName: row.displayName,
      bio: row.bio,
      verified: row.verified,
      subscriptionPrice: row.subscriptionPrice.toFixed(PRICE_SCALE),
      balance: row.balance.toFixed(BALANCE_SCALE),
      createdAt: instant(row.createdAt),
      lastSeenAt: row.lastSeenAt === null ? null : instant(row.lastSeenAt),
      links: row.links.map(({ label, url }) => ({ label, url })),
      tags: row.tags,
    },
    posts: {
      items: page.map(post),
      nextCursor: row.posts.length > limit && last !== undefined ? encodeCursor(last) : null,
    },
  };
}

function post(row: PostRow) {
  return {
    id: row.id,
    title: row.title,
    body: row.body,
    price: row.price?.toFixed(PRICE_SCALE) ?? null,
    publishedAt: instant(row.publishedAt),
    likes: row.likes,
    media: row.media.map(({ kind, url, width, height }) => ({ kind, url, width, height })),
    tags: row.tags,
  };
}
