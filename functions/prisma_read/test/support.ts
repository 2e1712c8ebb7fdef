/** What several suites need. */
import type { Row } from "../src/contract.js";

/** A number that Prisma would give as a decimal: only what the contract uses of it. */
export function decimal(value: number): Row["balance"] {
  return { toFixed: (places: number) => value.toFixed(places) } as Row["balance"];
}

export function post(id: string, publishedAt: string, more: Partial<Row["posts"][number]> = {}): Row["posts"][number] {
  return { id, creatorId: "c-0001", title: "t", body: null, price: null, publishedAt: new Date(publishedAt), likes: 1, tags: [], media: [], ...more };
}

export function row(posts: Row["posts"] = []): Row {
  return {
    id: "c-0001",
    handle: "comet-0001",
    displayName: "Comet",
    bio: null,
    verified: true,
    subscriptionPrice: decimal(4.5),
    balance: decimal(12),
    createdAt: new Date("2024-05-01T10:00:00.120Z"),
    lastSeenAt: null,
    tags: ["art"],
    links: [{ creatorId: "c-0001", position: 0, label: "web", url: "https://web.example" }],
    posts,
  };
}

export const ENVIRONMENT = {
  DATABASE_HOST: "db.example",
  DATABASE_NAME: "huntaze",
  DATABASE_USER: "reader",
  AWS_REGION: "us-east-1",
};
