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
            en: "sends a test message to every alarm topic of the environment's applications, and says who would receive nothing; exits with 1 when a page would reach nobody",
            fr: "envoie un message d'essai à chaque sujet d'alarme des applications de l'environnement, et dit qui ne recevrait rien ; code 1 si une alerte d'astreinte n'atteindrait personne",
          },
          ["npx piste alarms test qualif"],
        ),
        "all",
      )
      .addArgument(maker.environment())
      .option("--json", maker.say({ en: "the report as JSON", fr: "le rapport en JSON" }))
      .action(
        maker.act((environment: Environment, options: Run.Options) =>
          run().runTest(maker.language, environment, options),
        ),
      ),
  );
  program.addCommand(alarms);
}
