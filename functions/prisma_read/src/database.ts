/** The one Prisma Client of this execution environment, with one connection: RDS Proxy is the pool. */
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/client.js";
import { type Credentials, credentials } from "./credentials.js";
import { connectionDied, passwordRefused, sanitised } from "./faults.js";
import type { Settings } from "./settings.js";
import { operation } from "./tracing.js";
import { UtcClient, verifyUtc } from "./utc_session.js";

export type Client = ReturnType<typeof connect>;

/** Makes a client that connects with its first read. adapter-pg sends unnamed statements, for poolers. */
export function connect(settings: Settings, login: Credentials) {
  const adapter = new PrismaPg({
    Client: UtcClient,
    verify: verifyUtc,
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: () => login.password(),
    // pg verifies a host name by itself, but an address only if it is told which.
    ssl: settings.tls === "verify-full" ? { rejectUnauthorized: true, minVersion: "TLSv1.2", host: settings.host } : false,
    max: 1,
    // A timer would close the connection after every thaw. The proxy closes idle connections itself.
    idleTimeoutMillis: 0,
    keepAlive: true,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    query_timeout: settings.queryTimeoutMs,
    application_name: settings.shadow ? "prisma-read-shadow" : "prisma-read",
  });
  return new PrismaClient({ adapter, errorFormat: "minimal" }).$extends({
    query: {
      $allOperations: ({ model, operation: name, args, query }) => operation(`prisma ${model ?? "raw"}.${name}`, () => query(args)),
    },
  });
}

/** A database to read from. */
export interface Database {
  /** Runs a read. Raises faults that hold no data. */
  read<T>(work: (client: Client) => Promise<T>): Promise<T>;
}

export function database(settings: Settings): Database {
  const login = credentials(settings);
  const client = connect(settings, login);
  return { read: (work) => onceMore(() => work(client), () => login.forget()) };
}

/**
 * Runs a read, and repeats it once if its connection had died or its password was refused (it may have been
 * rotated). Reads may be repeated. Any other fault is raised, and so is a fault of the second run.
 */
export async function onceMore<T>(read: () => Promise<T>, forgetPassword: () => void): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (passwordRefused(error)) forgetPassword();
    else if (!connectionDied(error)) throw sanitised(error);
    return await read().catch((second: unknown) => {
      throw sanitised(second);
    });
  }
}
