/**
 * The operation `promote`: tests the pending client credentials, makes them current and refreshes with them.
 *
 * Safe to interrupt, to repeat and to run twice at once: it removes AWSPENDING last, so a repetition completes it.
 */
import { expiry, keepOrWrite, tryCredentials, type Failure, type Kept, type Run } from "./refresh";
import type { RunResult } from "./report";
import { overspent, type Overspent } from "./write-budget";
import { PlatformError } from "../shared/secret-store";

export async function promote(run: Run): Promise<RunResult> {
  const { options, clientSecret, held } = run;
  const { pending } = options;
  const failed = { outcome: "failed", promoted: false, ...expiry(held.state) } as const;
  // Read before the test: the pending version may only replace the one that is current now.
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
      `While these credentials were tested, others became current in ${clientSecret}, and stay so. If you do not want ` +
      `those, store yours again.`;
    return { ...failed, reason: "superseded", meaning, ...trial.effort };
  }
  const result = await finish(run, trial, versionId);
  const outcome = result.kept === undefined ? "refreshed" : "kept";
  return { outcome, reason: "promoted", promoted: true, ...result, ...trial.effort };
}

/** Refreshes after the credentials have become current. A failure here leaves them current. */
async function finish(run: Run, trial: Parameters<typeof keepOrWrite>[1], versionId: string): Promise<Kept> {
  try {
    const overBudget = await overspent(run);
    const result = overBudget === undefined ? await keepOrWrite(run, trial) : deferred(overBudget);
    await run.options.pending.unstage(run.clientSecret, versionId);
    return result;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new PlatformError(
      `${error.message}; the new client credentials are already current, and the next scheduled refresh uses them; ` +
        `you can repeat \`promote\``,
      { cause: error },
    );
  }
}

function deferred({ meaning, ...overBudget }: Overspent): Kept {
  const current = "The new client credentials are current: the next scheduled refresh uses them.";
  return { kept: "write-budget", meaning: `${current} ${meaning}`, ...overBudget };
}

function nothingPending({ clientSecret, input }: Run): string {
  return (
    `No client credentials are pending in ${clientSecret}. Store them first: ` +
    `npx piste credentials set ${input.environment} client.`
  );
}

/** @param isCurrent true for a secret's first value, which AWS makes current at once. */
function refusal({ class: failureClass, meaning = "" }: Failure, isCurrent: boolean): string {
  if (failureClass !== "rejected") return `${meaning} Nothing has changed: run \`promote\` again later.`;
  return isCurrent
    ? `${meaning} They are already current, as the first value of a secret always is: ticks use them until you store others.`
    : `${meaning} Nothing has changed: the current ones stay.`;
}
