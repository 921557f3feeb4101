/** The command as a program that sleeps by the clock of the given stand-in for AWS. */
import { CommandMaker } from "../../../cli/command/options";
import { endWith } from "../../../cli/command/failure";
import { runVerify } from "../../../cli/verify/run";
import { plan, targetAt } from "./drill-fixture";

const [endpoint = ""] = process.argv.slice(2);
let now = 0;
async function sleep(milliseconds: number): Promise<void> {
  now = Number(await (await fetch(`${endpoint}/sleep/${milliseconds}`)).text());
}

void sleep(0)
  .then(() =>
    runVerify(
      new CommandMaker("en"),
      "qualif",
      { drill: true, yes: true },
      {
        open: () => targetAt(endpoint, () => now),
        sleep,
        plan,
      },
    ),
  )
  .catch((error: unknown) => {
    endWith(error, "en");
  });
