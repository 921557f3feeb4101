/** Runs a command that, when interrupted, reports what it has stored so far. */
import type { Text } from "../../piste/language";
import { INTERRUPTED_EXIT_CODE, SIGNALS } from "../command/interruption";
import { NOTHING_STORED } from "./session";

/**
 * @param say prints the report.
 * @param act receives a function that updates the report.
 */
export async function interruptibly(
  say: (truth: Text) => void,
  act: (ifInterrupted: (truth: Text) => void) => Promise<void>,
): Promise<void> {
  let truth = NOTHING_STORED;
  const tell = (): void => {
    say(truth);
    process.exit(INTERRUPTED_EXIT_CODE);
  };
  const stop = (): void => {
    process.exit(INTERRUPTED_EXIT_CODE);
  };
  // After Ctrl-D a question is never answered, so Node exits by itself.
  process.once("exit", tell);
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    await act((now) => (truth = now));
  } finally {
    process.off("exit", tell);
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
