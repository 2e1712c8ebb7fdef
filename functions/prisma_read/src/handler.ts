/** The Lambda handler: answers `ok`, `not-found` or `invalid`; a fault of the database is raised. */
import { answer, fetch, InvalidRequest, parse, type Query } from "./contract.js";
import { connect, onceMore } from "./database.js";
import { read } from "./settings.js";
import { traced } from "./tracing.js";

const settings = read(process.env);
const client = connect(settings);

export async function handler(event: unknown): Promise<unknown> {
  let query: Query;
  try {
    query = parse(event);
  } catch (error) {
    if (error instanceof InvalidRequest) return { status: "invalid", message: error.message };
    throw error;
  }
  return traced({ path: "prisma", canary: !settings.shadow, shadow: settings.shadow }, async () => {
    const row = await onceMore(() => fetch(client, query));
    return row === null ? { status: "not-found" } : { status: "ok", body: answer(row, query.limit) };
  });
}
