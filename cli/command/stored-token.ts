/** AWS's time, and the stored token judged by it. Commands correct this machine's clock only here. */
import { storedToken, type StoredToken } from "../../piste/stored-token";
import type { Target } from "./target";

/** Epoch milliseconds, by AWS's clock once AWS has answered: the versions have its dates. */
export function awsNow({ aws, now }: Pick<Target, "aws" | "now">): number {
  return now() + (aws.clockAheadInMilliseconds() ?? 0);
}

/** The stored token and its remaining lifetime. */
export async function readStoredToken(
  target: Pick<Target, "aws" | "now">,
  tokenSecret: string,
): Promise<StoredToken | "none" | "unreadable"> {
  const stored = await target.aws.read(tokenSecret);
  if (stored === undefined) return "none";
  const { value, storedAt } = stored;
  return storedToken(tokenSecret, { value, storedAt: storedAt / 1000 }, awsNow(target) / 1000) ?? "unreadable";
}

/** The stored token when it is valid for at least so many seconds. */
export async function tokenGoodFor(
  target: Pick<Target, "aws" | "now">,
  tokenSecret: string,
  seconds: number,
): Promise<StoredToken | undefined> {
  const found = await readStoredToken(target, tokenSecret);
  return typeof found === "object" && found.secondsLeft >= seconds ? found : undefined;
}
