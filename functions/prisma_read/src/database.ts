/** The one Prisma Client of this sandbox: RDS Proxy is the pool, so a sandbox holds one connection. */
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/client.js";
import { password } from "./credentials.js";
import type { Settings } from "./settings.js";

export function connect(settings: Settings): PrismaClient {
  const adapter = new PrismaPg({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: password(settings),
    ssl: settings.tls === "verify-full" ? { rejectUnauthorized: true } : false,
    max: 1,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    query_timeout: settings.queryTimeoutMs,
    application_name: settings.shadow ? "prisma-read-shadow" : "prisma-read",
  });
  return new PrismaClient({ adapter });
}

const DEAD = ["ECONNRESET", "EPIPE", "57P01", "57P02", "08006", "08003", "P1017"];

/** Whether an error says that the connection had died, as it may while the sandbox was frozen. */
export function connectionDied(error: unknown): boolean {
  const text = error instanceof Error ? `${error.message} ${JSON.stringify(error)} ${String(error.cause ?? "")}` : "";
  return DEAD.some((code) => text.includes(code)) || /terminat|closed the connection|Connection ended/i.test(text);
}

/** Runs a read, and once more when its connection had died: reads may be repeated, other faults are answers. */
export async function onceMore<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!connectionDied(error)) throw error;
    return read();
  }
}
