/**
 * Gets the two things that this function needs from AWS: a token for the database, and the database's secret.
 *
 * Requests are signed by aws4 and sent by Node itself. The AWS SDK's two clients took half of the bundle and
 * a third of the time to a first answer. The keys are those of the execution role, which Lambda puts into the
 * environment (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
 */
import * as http from "node:http";
import * as https from "node:https";
import { sign } from "aws4";

/** Lifetime of a token in seconds. RDS accepts no older token. */
const TOKEN_S = 900;
const ATTEMPTS = 2;
/**
 * Faults of the service or of the moment, which are worth another attempt. Any other fault would come again.
 */
const PASSING = new Set(["ThrottlingException", "InternalServiceError", "InternalServiceErrorException", "ServiceUnavailable"]);

/** A call that AWS refused or did not answer. The message holds no data. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(
    readonly code: string,
    readonly passing: boolean,
  ) {
    super(`AWS: ${code}`);
  }
}

/** Who connects, and where. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly region: string;
}

/**
 * Makes an authentication token for RDS: a signed URL without its scheme. It takes no call
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html).
 */
export function token({ host, port, user, region }: Login): string {
  const query = new URLSearchParams({ Action: "connect", DBUser: user, "X-Amz-Expires": String(TOKEN_S) });
  const asked = { service: "rds-db", region, signQuery: true, host: `${host}:${port}`, path: `/?${query}` };
  return `${asked.host}${sign(asked).path ?? ""}`;
}

/** Reads the text of a secret from Secrets Manager. Throws {@link AwsError}. */
export async function secret(secretArn: string, region: string, timeoutMs: number, environment = process.env): Promise<string | undefined> {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  // Variables as the SDKs read them:
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html. The migrations use the
  // service's own variable to get out of a network that has no other way.
  const elsewhere = environment["AWS_ENDPOINT_URL_SECRETS_MANAGER"] ?? environment["AWS_ENDPOINT_URL"];
  const endpoint = new URL(elsewhere ?? `https://secretsmanager.${region}.${domain}`);
  const body = JSON.stringify({ SecretId: secretArn });
  const headers = { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue" };
  for (let attempt = 1; ; attempt += 1) {
    const signed = sign({ service: "secretsmanager", region, method: "POST", path: "/", host: endpoint.host, headers: { ...headers }, body });
    try {
      const answer = await posted(endpoint, signed.headers ?? {}, body, timeoutMs);
      return (JSON.parse(answer) as { SecretString?: string }).SecretString;
    } catch (error) {
      if (!(error instanceof AwsError) || !error.passing || attempt === ATTEMPTS) throw error;
    }
  }
}

function posted(endpoint: URL, headers: http.OutgoingHttpHeaders, body: string, timeoutMs: number): Promise<string> {
  const { request } = endpoint.protocol === "http:" ? http : https;
  return new Promise((resolve, reject) => {
    const lost = (error: NodeJS.ErrnoException): void => reject(new AwsError(error.code ?? error.name, true));
    const sent = request(endpoint, { method: "POST", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("error", lost);
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        const { statusCode = 0 } = response;
        if (statusCode === 200) resolve(text);
        else reject(refusal(statusCode, text));
      });
    });
    // For the whole call: an answer that trickles in would get past a socket's own time-out.
    const late = setTimeout(() => sent.destroy(new AwsError("TimeoutError", true)), timeoutMs);
    sent.on("error", lost);
    sent.on("close", () => clearTimeout(late));
    sent.end(body);
  });
}

/** Makes the error for a refusal. Its code is the last part of `__type`. */
function refusal(status: number, text: string): AwsError {
  let code = `HTTP${status}`;
  try {
    const told = (JSON.parse(text) as { __type?: unknown }).__type;
    if (typeof told === "string") code = told.split("#").at(-1) ?? code;
  } catch {
    // For example a proxy's page: the status is all there is.
  }
  return new AwsError(code, status >= 500 || PASSING.has(code));
}
