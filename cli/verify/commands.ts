/** `piste verify`. */
import type { Command } from "commander";
import type { Environment } from "../../piste/environments";
import type { CommandMaker } from "../command/options";
import type * as Run from "./run";

const run = (): typeof Run => require("./run") as typeof Run;

export function addVerifyCommand(program: Command, maker: CommandMaker): void {
  program.addCommand(
    maker
      .withTarget(
        maker.command(
          "verify",
          {
            en: "observes in the AWS account the facts that this package rests on, and says which hold; changes nothing (but with `--drill`), reads no secret, takes 3 to 8 minutes. Works before anything is stored. Exit codes as of doctor",
            fr: "observe dans le compte AWS les faits sur lesquels repose ce paquet, et dit lesquels tiennent ; ne change rien (sauf avec `--drill`), ne lit aucun secret, prend de 3 à 8 minutes. Marche avant tout enregistrement. Codes de sortie comme ceux de doctor",
          },
          [
            "npx piste verify qualif",
            "npx piste verify prod --receipt receipt.json",
            "npx piste verify qualif --drill",
          ],
        ),
      )
      .addArgument(maker.environment())
      .option(
        "--drill",
        maker.say({
          en: "then stops the refresher's schedule until the alarm refresher-silent rings, and starts it again: a quarter of an hour more. Asks first; refused in prod. Puts right what a drill that was killed has left",
          fr: "arrête ensuite la planification du rafraîchisseur jusqu'à ce que l'alarme refresher-silent sonne, puis la relance : un quart d'heure de plus. Demande d'abord ; refusé en prod. Répare ce qu'un exercice tué a laissé",
        }),
      )
      .option(
        "--yes",
        maker.say({
          en: "drills without asking first, for where nobody is at a terminal",
          fr: "fait l'exercice sans demander d'abord, là où personne n'est devant un terminal",
        }),
      )
      .option("--json", maker.say({ en: "the table as JSON", fr: "le tableau en JSON" }))
      .option(
        "--receipt <file>",
        maker.say({
          en: "also writes what was observed, in numbers, without any name, address or account",
          fr: "écrit aussi ce qui a été observé, en nombres, sans nom, adresse ni compte",
        }),
      )
      .option(
        "--consumer-role-arn <arn...>",
        maker.say({
          en: "roles that read the token: asks IAM what they may do, too",
          fr: "rôles qui lisent le jeton : demande aussi à IAM ce qu'ils peuvent faire",
        }),
      )
      .action(
        maker.act((environment: Environment, options: Run.Options) => run().runVerify(maker, environment, options)),
      ),
  );
}
