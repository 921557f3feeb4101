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
            en: "checks in your AWS account the facts about AWS on which this package relies; read-only without `--drill`, reads no secret, takes 3 to 8 minutes, works before credentials are stored. Exit codes as for doctor",
            fr: "vérifie dans votre compte AWS les faits sur lesquels repose ce paquet ; ne change rien sans `--drill`, ne lit aucun secret, prend de 3 à 8 minutes, marche avant l'enregistrement des identifiants. Codes de sortie comme ceux de doctor",
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
          en: "then stops the refresher's schedule until the alarm refresher-silent rings, and starts it again: 15 minutes more. Asks for confirmation; refused in prod. After a killed drill, only restores the schedule",
          fr: "arrête ensuite la planification du rafraîchisseur jusqu'à ce que l'alarme refresher-silent sonne, puis la relance : un quart d'heure de plus. Demande confirmation ; refusé en prod. Après un exercice tué, ne fait que rétablir la planification",
        }),
      )
      .option(
        "--yes",
        maker.say({
          en: "skips the confirmation, for scripts",
          fr: "ne demande pas de confirmation, pour les scripts",
        }),
      )
      .option("--json", maker.say({ en: "the table as JSON", fr: "le tableau en JSON" }))
      .option(
        "--receipt <file>",
        maker.say({
          en: "also writes the results as numbers, without names, addresses or account",
          fr: "écrit aussi les résultats en nombres, sans nom, adresse ni compte",
        }),
      )
      .option(
        "--consumer-role-arn <arn...>",
        maker.say({
          en: "roles that read the token, to check their rights too",
          fr: "rôles qui lisent le jeton, pour vérifier aussi leurs droits",
        }),
      )
      .action(
        maker.act((environment: Environment, options: Run.Options) => run().runVerify(maker, environment, options)),
      ),
  );
}
