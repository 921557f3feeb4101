/** `npm test`, whole and by step, beside what Terraform takes of it; its processes run side by side, so theirs is a sum. */
import { aloneRow, pairedRow, type Bench, type Row } from "./row";
import { withTimedTerraform, type TimedRun } from "./timed-terraform";

/** As scripts/test.ts writes: the heading of a check, and later its end. */
const HEADING = /^── (?!At once|passed|\d)(.*?)(?: \(about .*\))?$/;
const END = /^── .* in ([\d.]+) s$/;

function secondsByStep(output: string): Map<string, number> {
  const steps = new Map<string, number>();
  let title = "";
  for (const line of output.split("\n")) {
    title = HEADING.exec(line)?.[1] ?? title;
    const seconds = END.exec(line)?.[1];
    if (seconds !== undefined) steps.set(title, Number(seconds));
  }
  return steps;
}

function run({ rounds, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  return withTimedTerraform("test", say, async (npm) => {
    const runs: TimedRun[] = [];
    const steps = new Map<string, number[]>();
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds} (about ten minutes)`);
      const one = await npm("test");
      runs.push(one);
      for (const [title, seconds] of secondsByStep(one.output))
        steps.set(title, [...(steps.get(title) ?? []), seconds]);
    }
    const of = { bench: "test", unit: "s" };
    return [
      pairedRow(
        { ...of, case: "terraform, the sum of its processes" },
        runs.map((one) => one.seconds),
        runs.map((one) => one.secondsInTerraform),
      ),
      ...[...steps].map(([title, seconds]) => aloneRow({ ...of, case: title }, seconds)),
    ];
  });
}

export const test: Bench = { title: "npm test, by step (about ten minutes)", rounds: 1, run };
