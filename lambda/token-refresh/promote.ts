/**
 * The operation `promote`: tests the pending client credentials, makes them the current ones and refreshes with them.
 *
 * Interrupted anywhere, or run twice at once, it leaves the former version current or the new one, and its repetition
 * completes it: the label that asks for it is taken off last.
 */
import { expiry, keepOrWrite, tryCredentials, type Failure, type Kept, type Run } from "./refresh";
import type { RunResult } from "./report";
import { overspent, type Overspent } from "./write-budget";
import { PlatformError } from "../shared/secret-store";

export async function promote(run: Run): Promise<RunResult> {
  const { options, clientSecret, held } = run;
  const { pending } = options;
  const failed = { outcome: "failed", promoted: false, ...expiry(held.state) } as const;
  // Before the test: what is tested may only replace what was current then.
  const labels = await pending.labels(clientSecret);
  const staged = labels.pending === undefined ? undefined : await pending.read(clientSecret);
  if (staged === undefined) return { ...failed, reason: "nothing-pending", meaning: nothingPending(run) };

  const trial = await tryCredentials(run, staged);
  const { versionId } = staged;
  if (!trial.ok) {
    return { ...trial.failure, promoted: false, meaning: refusal(trial.failure, versionId === labels.current) };
  }
  if (!(await pending.makeCurrent(clientSecret, versionId, labels.current))) {
    const meaning =
      `While these credentials were tested, others became the current ones of ${clientSecret}; those stay. If they are ` +
      `not the ones that you want, store yours again.`;
    return { ...failed, reason: "superseded", meaning, ...trial.effort };
  }
  const stays = await finish(run, trial, versionId);
  const outcome = stays.kept === undefined ? "refreshed" : "kept";
  return { outcome, reason: "promoted", promoted: true, ...stays, ...trial.effort };
}

/** Once they are the current ones, whatever else fails leaves them so. */
async function finish(run: Run, trial: Parameters<typeof keepOrWrite>[1], versionId: string): Promise<Kept> {
  try {
    const beyond = await overspent(run);
    const stays = beyond === undefined ? await keepOrWrite(run, trial) : followsLater(beyond);
    await run.options.pending.unstage(run.clientSecret, versionId);
    return stays;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new PlatformError(
      `${error.message}; the new client credentials are the current ones already, and the next tick that finds the ` +
        `token due refreshes with them; \`promote\` can be repeated`,
      { cause: error },
    );
  }
}

function followsLater({ meaning, ...beyond }: Overspent): Kept {
  const current = "The new client credentials are the current ones: the next scheduled refresh uses them.";
  return { kept: "write-budget", meaning: `${current} ${meaning}`, ...beyond };
}

function nothingPending({ clientSecret, input }: Run): string {
  return (
    `No client credentials are pending in ${clientSecret}. Store them first: ` +
    `npx piste credentials set ${input.environment} client.`
  );
}

/** @param isCurrent AWS makes a secret's first value the current one as it is stored, whatever its label. */
function refusal({ class: failureClass, meaning = "" }: Failure, isCurrent: boolean): string {
  if (failureClass !== "rejected") return `${meaning} Nothing has changed: run \`promote\` again later.`;
  return isCurrent
    ? `${meaning} They are the current ones already, as a secret's first ones are: ticks use them until others are stored.`
    : `${meaning} Nothing has changed: the current ones stay.`;
}
