/** The Lambda handler. Answers `ok`, `not-found` or `invalid`; raises a fault of the database. */
import "./environment.js";
import { type Answer, answer, fetch, InvalidRequest, type Query, request } from "./contract.js";
import { database } from "./database.js";
import { arrival } from "./invoked.js";
import { read } from "./settings.js";
import { invocation } from "./tracing.js";

const settings = read(process.env);
const store = database(settings);
const annotations = { path: "prisma", canary: !settings.shadow, shadow: settings.shadow };

export async function handler(event: unknown): Promise<Answer> {
  const { line, asked } = arrival(event, settings, Date.now());
  // Written without the console, because Lambda's runtime makes it write a prefix before each line. The
  // shadow's reads are not counted here: the entry function accounts for them as sent, compared or lost.
  if (!settings.shadow && settings.metricsNamespace !== "") process.stdout.write(line);
  let query: Query;
  try {
    query = request(asked);
  } catch (error) {
    if (error instanceof InvalidRequest) return { status: "invalid", message: error.message };
    throw error;
  }
  return await invocation(annotations, async () => {
    const row = await store.read((client) => fetch(client, query));
    return row === null ? { status: "not-found" } : { status: "ok", body: answer(row, query) };
  });
}
