/** The function's settings, read once from its environment. */

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly auth: "iam" | "secret";
  readonly secretArn: string;
  readonly tls: "verify-full" | "off";
  /** Milliseconds to a connection; RDS Proxy answers in far less or not at all. */
  readonly connectTimeoutMs: number;
  /** Milliseconds to a query's result. */
  readonly queryTimeoutMs: number;
  readonly region: string;
  /** Whether this is the shadow's own function. */
  readonly shadow: boolean;
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Error(`${name}=${JSON.stringify(value)}: must be one of ${allowed.join(", ")}`);
  return found;
}

function positive(name: string, value: string): number {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed <= 0) throw new Error(`${name}=${JSON.stringify(value)}: must be a positive whole number`);
  return parsed;
}

/** Reads the settings; throws an error that names the variable that is missing or wrong. */
export function read(environment: NodeJS.ProcessEnv): Settings {
  const text = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`${name} is missing`);
    return value;
  };
  const auth = oneOf("DATABASE_AUTH", text("DATABASE_AUTH"), ["iam", "secret"]);
  return {
    host: text("DATABASE_HOST"),
    port: positive("DATABASE_PORT", environment["DATABASE_PORT"] ?? "5432"),
    database: text("DATABASE_NAME"),
    user: text("DATABASE_USER"),
    auth,
    secretArn: auth === "secret" ? text("DATABASE_SECRET_ARN") : "",
    tls: oneOf("DATABASE_TLS", environment["DATABASE_TLS"] ?? "verify-full", ["verify-full", "off"]),
    connectTimeoutMs: positive("CONNECT_TIMEOUT_MS", environment["CONNECT_TIMEOUT_MS"] ?? "3000"),
    queryTimeoutMs: positive("QUERY_TIMEOUT_MS", environment["QUERY_TIMEOUT_MS"] ?? "5000"),
    region: text("AWS_REGION"),
    shadow: environment["ROLE"] === "shadow",
  };
}
