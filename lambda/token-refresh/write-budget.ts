/**
 * Limits the writes of `refresh` and `promote`. AWS keeps at most 100 versions of a secret for a day and then refuses
 * every write, so requests must leave the ticks enough. The number of writes comes from AWS's list of versions.
 */
import { decide } from "./decision";
import { expiry, type Run } from "./refresh";
import type { RunResult } from "./report";
import { nextExtraWrite, SECONDS_PER_DAY, tickWriteInterval } from "./timing";

/** Why nothing is written now. */
export type Overspent = Pick<RunResult, "expiresAt" | "writtenLastDay" | "nextWriteAt"> & { readonly meaning: string };

/** Undefined when the run may write. @throws PlatformError when AWS refuses to list versions. */
export async function overspent({ held, now, settings, options, tokenSecret }: Run): Promise<Overspent | undefined> {
  const { state, version } = held;
  // A tick would write now, too: this needs no budget.
  if (state.kind !== "token" || decide({ token: state, now, settings }).refresh) return undefined;
  const versions = await options.listVersions(tokenSecret);
  // Some emulators date all versions with the time of the listing.
  const current = versions.find(({ versionId }) => versionId === version?.versionId);
  if (current !== undefined && current.storedAt > (version?.storedAt ?? 0) + 1) return undefined;
  const written = versions.map(({ storedAt }) => storedAt).filter((at) => at > now - SECONDS_PER_DAY);
  const nextWriteAt = nextExtraWrite(written, now, tickWriteInterval(state.surelyUntil - state.writtenAt, settings));
  if (nextWriteAt === now) return undefined;
  const next = nextWriteAt === undefined ? "" : ` The next request can write from ${utc(nextWriteAt)}.`;
  const meaning =
    `${written.length} versions of ${tokenSecret} were written in the last 24 hours. AWS allows 100 a day, and the ` +
    `scheduled refreshes need the rest: the stored token stays until it is due.${next}`;
  return { meaning, writtenLastDay: written.length, ...(nextWriteAt && { nextWriteAt }), ...expiry(state) };
}

const utc = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
