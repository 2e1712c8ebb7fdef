/**
 * Makes sessions use UTC, whatever the time zone of the server, the database or the role.
 *
 * adapter-pg 7 writes +00:00 over the offset of a timestamptz without converting it
 * (https://github.com/prisma/orm/issues/26786), so in any other zone every timestamp would be wrong. The zone
 * is requested in the startup packet. That overrides all other settings, and RDS Proxy lets it through
 * (TimeZone and DateStyle are among the parameters that it accepts). `SET` would pin the connection.
 */
import pg from "pg";

declare module "pg" {
  interface Client {
    // Exists in pg 8.23.1, which is pinned, but not in its types.
    getStartupConf(): Record<string, string>;
  }
}

/** A session is not in UTC. Its timestamps would be wrong, so nothing is read from it. */
export class TimeZoneError extends Error {
  override readonly name = "TimeZoneError";

  constructor(zone: string) {
    super(`The database session is in time zone ${zone}, must be UTC: let the pooler pass the startup parameter TimeZone.`);
  }
}

export class UtcClient extends pg.Client {
  /** Time zone of the session as the server reports it. The server reports every change by itself. */
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

/**
 * A pool's `verify`: refuses a new connection whose zone is not UTC, and asks for a zone that is not
 * reported.
 */
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
