/** How the function proves to the database who it is. The AWS clients load only when they are used. */
import type { Settings } from "./settings.js";

/** Where the password of each new connection comes from. */
export interface Credentials {
  password(): Promise<string>;
  /** The database refused the password: read it again next time, it may have been rotated. */
  forget(): void;
}

export function credentials(settings: Settings): Credentials {
  return settings.auth === "iam" ? tokens(settings) : remembered(() => fromSecret(settings));
}

/** A token is good for 15 minutes and made without a call, so each connection gets its own. */
function tokens(settings: Settings): Credentials {
  const { host: hostname, port, user: username, region } = settings;
  return {
    async password() {
      const { Signer } = await import("@aws-sdk/rds-signer");
      return new Signer({ hostname, port, username, region }).getAuthToken();
    },
    forget() {},
  };
}

/** Reads once and remembers; a failed reading is not remembered. */
export function remembered(read: () => Promise<string>): Credentials {
  let known: Promise<string> | undefined;
  return {
    password() {
      known ??= read().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    forget() {
      known = undefined;
    },
  };
}

async function fromSecret({ region, secretArn, connectTimeoutMs }: Settings): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: connectTimeoutMs },
  });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return passwordIn(SecretString);
  } finally {
    client.destroy();
  }
}

/** The password in a secret of the form that RDS writes: a JSON object with `username` and `password`. */
export function passwordIn(secret: string | undefined): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(secret ?? "");
  } catch {
    parsed = undefined;
  }
  if (typeof parsed === "object" && parsed !== null && "password" in parsed && typeof parsed.password === "string") {
    return parsed.password;
  }
  throw new Error('The database secret is not a JSON object with a text "password".');
}
