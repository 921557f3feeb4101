/** `piste alarms test`. */
import type { Command } from "commander";
import type { Environment } from "../../piste/environments";
import type { CommandMaker } from "../command/options";
import type * as Run from "./run";

const run = (): typeof Run => require("./run") as typeof Run;

export function addAlarmsCommands(program: Command, maker: CommandMaker): void {
  const alarms = maker.command("alarms", {
    en: "looks after the alarms of an environment",
    fr: "s'occupe des alarmes d'un environnement",
  });
  alarms.addCommand(
    maker
      .withTarget(
        maker.command(
          "test",
          {
            en: "puts one alarm of every alarm topic of the environment into ALARM for a moment, as CloudWatch does at night, and says which topic refused its message and who would receive nothing; exits with 1 when a page would reach nobody. In prod it pages, and asks first",
            fr: "met un instant en ALARM une alarme de chaque sujet d'alarme de l'environnement, comme le fait CloudWatch la nuit, et dit quel sujet a refusé son message et qui ne recevrait rien ; code 1 si une alerte d'astreinte n'atteindrait personne. En prod elle réveille l'astreinte, et demande d'abord",
          },
          ["npx piste alarms test qualif", "npx piste alarms test prod --yes"],
        ),
        "all",
      )
      .addArgument(maker.environment())
      .option(
        "--yes",
        maker.say({
          en: "pages without asking first, for where nobody is at a terminal",
          fr: "réveille l'astreinte sans demander d'abord, là où personne n'est devant un terminal",
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
