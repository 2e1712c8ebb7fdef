/**
 * The read contract's Prisma side: what is asked, the query, and the answer's shape.
 * This is the module to replace for another read path; `functions/mock_read/contract.py` is its other half.
 */
import type { Prisma, PrismaClient } from "../generated/client.js";

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_LIMIT = 50;

export interface Query {
  readonly creatorId: string;
  readonly limit: number;
  readonly after: { readonly publishedAt: Date; readonly id: string } | null;
}

/** A request that no side can answer. */
export class InvalidRequest extends Error {}

export function parse(event: unknown): Query {
  if (typeof event !== "object" || event === null) throw new InvalidRequest("the event is no object");
  const { version, operation, creatorId, limit, cursor } = event as Record<string, unknown>;
  if (version !== 1 || operation !== "getCreator") throw new InvalidRequest("version 1, operation getCreator only");
  if (typeof creatorId !== "string" || !ID.test(creatorId)) throw new InvalidRequest("creatorId");
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw new InvalidRequest("limit");
  return { creatorId, limit, after: cursor === null || cursor === undefined ? null : parseCursor(cursor) };
}

function parseCursor(cursor: unknown): Query["after"] {
  if (typeof cursor !== "string") throw new InvalidRequest("cursor");
  const [moment, id, ...rest] = Buffer.from(cursor, "base64url").toString("ascii").split("|");
  const publishedAt = new Date(moment ?? "");
  if (rest.length > 0 || id === undefined || !ID.test(id) || Number.isNaN(publishedAt.getTime())) throw new InvalidRequest("cursor");
  return { publishedAt, id };
}

const include = {
  links: { orderBy: { position: "asc" } },
  posts: { orderBy: [{ publishedAt: "desc" }, { id: "desc" }], include: { media: { orderBy: { position: "asc" } } } },
} satisfies Prisma.CreatorInclude;

type Row = Prisma.CreatorGetPayload<{ include: typeof include }>;

/** One creator with a page of posts and one more, which tells whether there is a next page. */
export function fetch(client: PrismaClient, query: Query): Promise<Row | null> {
  const { after } = query;
  const where: Prisma.PostWhereInput =
    after === null
      ? {}
      : { OR: [{ publishedAt: { lt: after.publishedAt } }, { publishedAt: after.publishedAt, id: { lt: after.id } }] };
  return client.creator.findUnique({
    where: { id: query.creatorId },
    include: { ...include, posts: { ...include.posts, where, take: query.limit + 1 } },
  });
}

/** The answer as the contract writes it: decimals keep their column's scale, instants are UTC to the millisecond. */
export function answer(row: Row, limit: number): unknown {
  const page = row.posts.slice(0, limit);
  const last = page.at(-1);
  const more = row.posts.length > limit && last !== undefined;
  return {
    creator: {
      id: row.id,
      handle: row.handle,
      displayName: row.displayName,
      bio: row.bio,
      verified: row.verified,
      subscriptionPrice: row.subscriptionPrice.toFixed(2),
      balance: row.balance.toFixed(4),
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
      links: row.links.map(({ label, url }) => ({ label, url })),
      tags: row.tags,
    },
    posts: {
      items: page.map((post) => ({
        id: post.id,
        title: post.title,
        body: post.body,
        price: post.price?.toFixed(2) ?? null,
        publishedAt: post.publishedAt.toISOString(),
        likes: post.likes,
        media: post.media.map(({ kind, url, width, height }) => ({ kind, url, width, height })),
        tags: post.tags,
      })),
      nextCursor: more ? Buffer.from(`${last.publishedAt.toISOString()}|${last.id}`).toString("base64url") : null,
    },
  };
}
