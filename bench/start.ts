/** `npm start` on a warm clone, beside the part of it that Terraform takes. */
import { pairedRow, type Bench, type Row } from "./row";
import { withTimedTerraform, type TimedRun } from "./timed-terraform";

function run({ rounds, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  return withTimedTerraform("start", say, async (npm) => {
    say("a first run, which warms what is kept between runs");
    await npm("start");
    const runs: TimedRun[] = [];
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}`);
      runs.push(await npm("start"));
    }
    const seconds = runs.map((one) => one.seconds);
    const inTerraform = runs.map((one) => one.secondsInTerraform);
    return [pairedRow({ bench: "start", case: "terraform, its part", unit: "s" }, seconds, inTerraform)];
  });
}

export const start: Bench = { title: "npm start on a warm clone", rounds: 3, run };
