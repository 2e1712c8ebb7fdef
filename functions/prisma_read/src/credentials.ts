/** How the function authenticates to the database. */
import type { Settings } from "./settings.js";
import { secret, token } from "./signed.js";

/** Source of the password for each new connection. */
export interface Credentials {
  password(): Promise<string>;
  /** The database has refused the password, which may have been rotated: read it again next time. */
  forget(): void;
}

export function credentials(settings: Settings): Credentials {
  const { auth, region, secretArn, connectTimeoutMs } = settings;
  // A token is valid for 15 minutes and made without a call, so each connection gets its own.
  if (auth === "iam") return { password: async () => token(settings), forget() {} };
  return remembered(async () => passwordIn(await secret(secretArn, region, connectTimeoutMs)));
}

/** Reads the password once and remembers it; a failed reading is not remembered. */
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

/** Extracts the password from a secret as RDS writes it: a JSON object with `username` and `password`. */
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
