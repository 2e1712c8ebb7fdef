/**
 * Sessions in UTC, whatever the server's, the database's or the role's time zone is.
 *
 * adapter-pg 7 writes +00:00 over the offset of a timestamptz without converting it
 * (https://github.com/prisma/orm/issues/26786), so in any other zone every timestamp would be wrong. The
 * zone is asked for in the startup packet, which beats all other settings and which RDS Proxy lets
 * through (TimeZone and DateStyle are among the parameters it accepts). `SET` would pin the connection.
 */
import pg from "pg";

declare module "pg" {
  interface Client {
    // Of pg 8.23.1, pinned; not in its types.
    getStartupConf(): Record<string, string>;
  }
}

/** A session that is not in UTC: its timestamps would be wrong, so nothing is read from it. */
export class TimeZoneError extends Error {
  override readonly name = "TimeZoneError";

  constructor(zone: string) {
    super(`The database session is in time zone ${zone}, must be UTC: let the pooler pass the startup parameter TimeZone.`);
  }
}

export class UtcClient extends pg.Client {
  /** What the server says its session's zone is; it reports every change by itself. */
  zone: string | undefined;

  constructor(config?: pg.ClientConfig) {
    super(config);
    this.connection.on("parameterStatus", (status: { parameterName: string; parameterValue: string }) => {
      if (status.parameterName === "TimeZone") this.zone = status.parameterValue;
    });
  }

  override getStartupConf(): Record<string, string> {
    return { ...super.getStartupConf(), TimeZone: "UTC", DateStyle: "ISO" };
  }
}

/** A pool's `verify`: refuses a new connection whose zone is not UTC, and asks where it is not reported. */
export function verifyUtc(client: pg.ClientBase, done: (error?: Error) => void): void {
  const judge = (zone: string): void => done(zone === "UTC" ? undefined : new TimeZoneError(zone));
  const reported = client instanceof UtcClient ? client.zone : undefined;
  if (reported !== undefined) {
    judge(reported);
    return;
  }
  client.query<{ TimeZone: string }>("SHOW TimeZone").then(
    ({ rows }) => judge(rows[0]?.TimeZone ?? "unknown"),
    (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
  );
}
