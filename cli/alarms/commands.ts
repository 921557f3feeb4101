/** `piste alarms test`. */
import type { Command } from "commander";
import type { Environment } from "../../piste/environments";
import type { CommandMaker } from "../command/options";
import type * as Run from "./run";

const run = (): typeof Run => require("./run") as typeof Run;

export function addAlarmsCommands(program: Command, maker: CommandMaker): void {
  const alarms = maker.command("alarms", {
    en: "tests the alarms of an environment",
    fr: "teste les alarmes d'un environnement",
  });
  alarms.addCommand(
    maker
      .withTarget(
        maker.command(
          "test",
          {
            en: "puts one alarm of each alarm topic into ALARM for a moment, and lists the topics that refuse CloudWatch and the alarms that reach nobody; exits with 1 when a page would reach nobody. In prod it pages, after a confirmation",
            fr: "met un instant en ALARM une alarme de chaque sujet d'alarme, et liste les sujets qui refusent CloudWatch et les alarmes qui n'atteignent personne ; code 1 si une alerte d'astreinte n'atteindrait personne. En prod elle réveille l'astreinte, après confirmation",
          },
          ["npx piste alarms test qualif", "npx piste alarms test prod --yes"],
        ),
        "all",
      )
      .addArgument(maker.environment())
      .option(
        "--yes",
        maker.say({
          en: "skips the confirmation, for scripts",
          fr: "ne demande pas de confirmation, pour les scripts",
        }),
      )
      .option("--json", maker.say({ en: "the report as JSON", fr: "le rapport en JSON" }))
      .action(
        maker.act((environment: Environment, options: Run.Options) =>
          run().runTest(maker.language, environment, options),
        ),
      ),
  );
  program.addCommand(alarms);
}
