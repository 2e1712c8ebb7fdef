/** How the function proves to the database who it is. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Signer } from "@aws-sdk/rds-signer";
import type { Settings } from "./settings.js";

/** A password for each new connection: an IAM token (good for 15 minutes), or the secret's, read once. */
export function password(settings: Settings): () => Promise<string> {
  if (settings.auth === "iam") {
    const signer = new Signer({
      hostname: settings.host,
      port: settings.port,
      username: settings.user,
      region: settings.region,
    });
    return () => signer.getAuthToken();
  }
  let known: Promise<string> | undefined;
  return () => {
    known ??= fromSecret(settings).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function fromSecret(settings: Settings): Promise<string> {
  const client = new SecretsManagerClient({ region: settings.region, maxAttempts: 2 });
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: settings.secretArn }));
  const parsed: unknown = JSON.parse(SecretString ?? "{}");
  if (typeof parsed === "object" && parsed !== null && "password" in parsed && typeof parsed.password === "string") {
    return parsed.password;
  }
  throw new Error("the database secret holds no password");
}
