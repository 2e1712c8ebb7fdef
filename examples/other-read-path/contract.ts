/** The TypeScript half of `contract.py`; it replaces `functions/prisma_read/src/contract.ts`. */
import type { Order } from "../generated/client.js";
import type { Client } from "./database.js";

const MOST = 999_999_999;
const SCALE = 2;

/** A valid request for one order. */
export interface Query {
  readonly number: number;
}

export type Answer =
  | { readonly status: "ok"; readonly body: Body }
  | { readonly status: "not-found" }
  | { readonly status: "invalid"; readonly message: string };

/** A request that neither side can answer; its text is for the caller. */
export class InvalidRequest extends Error {}

/** Parses the query in an event. Throws {@link InvalidRequest} for anything else. */
export function request(event: unknown): Query {
  if (typeof event !== "object" || event === null) throw new InvalidRequest("The request is a JSON object.");
  const { version, operation, number } = event as Record<string, unknown>;
  if (version !== 1) throw new InvalidRequest("version is 1.");
  if (operation !== "getOrder") throw new InvalidRequest('operation is "getOrder".');
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1 || number > MOST) {
    throw new InvalidRequest(`number is a whole number from 1 to ${MOST}.`);
  }
  return { number };
}

export function fetch(client: Client, { number }: Query): Promise<Order | null> {
  return client.order.findUnique({ where: { number } });
}

export type Body = ReturnType<typeof answer>;

/** Builds the answer in the contract's form. */
export function answer(row: Order, _query: Query) {
  return {
    number: row.number,
    status: row.status,
    total: row.total.toFixed(SCALE),
    placedAt: row.placedAt.toISOString(),
    labels: row.labels,
  };
}
