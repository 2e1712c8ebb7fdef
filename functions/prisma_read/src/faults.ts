/** Database faults without data: messages of Prisma and PostgreSQL may hold what was asked for or found. */

/** Codes and messages which say that the connection existed and is gone. */
const DIED = new Set([
  "ConnectionClosed", // adapter-pg's name for ECONNRESET
  "P1017", // Prisma: server has closed the connection
  "ECONNRESET",
  "EPIPE",
  "57P01", // admin_shutdown: the server, or pg_terminate_backend
  "57P02", // crash_shutdown
  "57P05", // idle_session_timeout
  "08003", // connection_does_not_exist
  "08006", // connection_failure
  "Connection terminated", // pg, for a socket that ended
  "Connection terminated unexpectedly",
  "Client has encountered a connection error and is not queryable",
]);
const REFUSED = new Set(["AuthenticationFailed", "28P01"]);
const OURS = new Set(["TimeZoneError", "SettingsError"]);
const DEPTH = 5;

/** A database fault by its codes and kinds, which is all that a caller, a log or a trace may see of it. */
export class DatabaseFault extends Error {
  override readonly name = "DatabaseFault";
}

/**
 * Yields every code, kind and message of an error and its causes: Node's, pg's, adapter-pg's and Prisma's.
 */
function* words(error: unknown, depth = 0): Generator<string> {
  if (typeof error !== "object" || error === null || depth > DEPTH) return;
  const fields = error as Record<string, unknown>;
  for (const name of ["code", "kind", "originalCode", "message"]) {
    const word = fields[name];
    if (typeof word === "string") yield word;
  }
  yield* words(fields["cause"], depth + 1);
  const meta = fields["meta"];
  if (typeof meta === "object" && meta !== null && "driverAdapterError" in meta) yield* words(meta.driverAdapterError, depth + 1);
}

/**
 * Whether an error says that the connection had died, as it may while the execution environment was frozen.
 */
export function connectionDied(error: unknown): boolean {
  return [...words(error)].some((word) => DIED.has(word));
}

/** Whether the database refused the password. */
export function passwordRefused(error: unknown): boolean {
  return [...words(error)].some((word) => REFUSED.has(word));
}

/**
 * Returns the error to raise instead, with codes and kinds only. Our own errors hold no data and pass
 * unchanged.
 */
export function sanitised(error: unknown): Error {
  if (error instanceof Error && OURS.has(error.name)) return error;
  const known = [...words(error)].filter((word) => /^([A-Za-z0-9]{4,40}|[A-Z][A-Z0-9_]{3,40})$/.test(word) || DIED.has(word));
  const name = error instanceof Error ? error.name : typeof error;
  return new DatabaseFault([name, ...new Set(known)].join(" "));
}
