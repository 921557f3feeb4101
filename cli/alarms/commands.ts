/** `piste alarms test`. */
import type { Command } from "commander";
import type { Environment } from "../../piste/environments";
import type { CommandMaker } from "../command/options";
import { openTarget, type TargetOptions } from "../command/target";
import { give, giveJson } from "../command/terminal";
import { textWidth } from "../command/wrap";
import { alarmsInAws } from "./aws";
import { show, toJson } from "./show";
import { testAlarms } from "./test-alarms";

interface Options extends TargetOptions {
  readonly json?: boolean;
}

async function run({ language }: CommandMaker, environment: Environment, { json, ...where }: Options): Promise<void> {
  const report = await testAlarms(environment, alarmsInAws(openTarget(environment, where)), language);
  if (json) giveJson(toJson(report, language));
  else give(show(report, language, textWidth(process.stdout)));
  if (!report.ok) process.exitCode = 1;
}

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
      .action(maker.act((environment: Environment, options: Options) => run(maker, environment, options))),
  );
  program.addCommand(alarms);
}
