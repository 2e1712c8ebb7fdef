/** Settings of the functions, read once from the environment variables. */

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /**
   * `iam`: a token per connection, for RDS Proxy. `secret`: the password in Secrets Manager. Default `iam`.
   */
  readonly auth: "iam" | "secret";
  /** ARN of the secret; empty with `iam`. */
  readonly secretArn: string;
  /**
   * `verify-full` (default) trusts Node's own certificate authorities. ACM's is one of them, and RDS Proxy
   * uses it. An instance that is reached without the proxy uses RDS's authority: set
   * NODE_EXTRA_CA_CERTS=/var/runtime/ca-cert.pem
   * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html).
   */
  readonly tls: "verify-full" | "off";
  /** Milliseconds to get a connection, including the wait for the environment's only one. Default 3000. */
  readonly connectTimeoutMs: number;
  /** Milliseconds to get a statement's result. Default 5000. */
  readonly queryTimeoutMs: number;
  readonly region: string;
  /** Whether this function serves shadow reads. */
  readonly shadow: boolean;
  readonly functionName: string;
  /** Namespace of the metrics; if empty, none are written. */
  readonly metricsNamespace: string;
}

const MAX_PORT = 65_535;
const MAX_MS = 900_000;

/** Variables are missing or invalid. The message names each of them and says what it may be. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(readonly problems: readonly string[]) {
    super(`The environment of this function is not complete: ${problems.join("; ")}`);
  }
}

/** Reads the settings. Throws a {@link SettingsError} that lists every problem at once. */
export function read(environment: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const text = (name: string): string => {
    const value = environment[name] ?? "";
    if (value === "") problems.push(`${name} is missing`);
    return value;
  };
  const oneOf = <T extends string>(name: string, value: string, allowed: readonly [T, ...T[]]): T => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) problems.push(`${name} is ${JSON.stringify(value)}, must be ${allowed.join(" or ")}`);
    return found ?? allowed[0];
  };
  const whole = (name: string, unset: number, most: number): number => {
    const value = environment[name] ?? String(unset);
    const number = /^\d{1,7}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > most) problems.push(`${name} is ${JSON.stringify(value)}, must be a whole number from 1 to ${most}`);
    return number;
  };
  const auth = oneOf("DATABASE_AUTH", environment["DATABASE_AUTH"] ?? "iam", ["iam", "secret"]);
  const settings: Settings = {
    host: text("DATABASE_HOST"),
    port: whole("DATABASE_PORT", 5432, MAX_PORT),
    database: text("DATABASE_NAME"),
    user: text("DATABASE_USER"),
    auth,
    secretArn: auth === "secret" ? text("DATABASE_SECRET_ARN") : "",
    tls: oneOf("DATABASE_TLS", environment["DATABASE_TLS"] ?? "verify-full", ["verify-full", "off"]),
    connectTimeoutMs: whole("CONNECT_TIMEOUT_MS", 3000, MAX_MS),
    queryTimeoutMs: whole("QUERY_TIMEOUT_MS", 5000, MAX_MS),
    region: text("AWS_REGION"),
    shadow: oneOf("ROLE", environment["ROLE"] ?? "canary", ["canary", "shadow"]) === "shadow",
    functionName: environment["AWS_LAMBDA_FUNCTION_NAME"] ?? "prisma-read",
    metricsNamespace: environment["METRICS_NAMESPACE"] ?? "",
  };
  if (auth === "iam" && settings.tls === "off") problems.push("DATABASE_TLS is off, must be verify-full with DATABASE_AUTH iam: a token is sent in clear");
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** The user that the migrations create for the reads. */
export interface ReaderSettings {
  readonly user: string;
  readonly auth: "iam" | "secret";
  /** ARN of the secret with the user's password; empty with `iam`. */
  readonly secretArn: string;
  readonly alone: boolean;
}

/** Reads the user of the reads, if the stack names one. Throws {@link SettingsError}. */
export function readerSettings(environment: NodeJS.ProcessEnv): ReaderSettings | undefined {
  const user = environment["READER"] ?? "";
  if (user === "") return undefined;
  const [auth, secretArn] = [environment["READER_AUTH"], environment["READER_SECRET_ARN"] ?? ""];
  const problems: string[] = [];
  if (auth !== "iam" && auth !== "secret") problems.push(`READER_AUTH is ${JSON.stringify(auth ?? "")}, must be iam or secret`);
  if (auth === "secret" && secretArn === "") problems.push("READER_SECRET_ARN is missing");
  if (problems.length > 0) throw new SettingsError(problems);
  return { user, auth: auth === "iam" ? "iam" : "secret", secretArn, alone: environment["DATABASE_ALONE"] === "true" };
}
