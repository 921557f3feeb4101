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
            en: "observes in the AWS account the facts that this package rests on, and says which hold; changes nothing, reads no secret, takes 3 to 8 minutes. Works before anything is stored. Exit codes as of doctor",
            fr: "observe dans le compte AWS les faits sur lesquels repose ce paquet, et dit lesquels tiennent ; ne change rien, ne lit aucun secret, prend de 3 à 8 minutes. Marche avant tout enregistrement. Codes de sortie comme ceux de doctor",
          },
          ["npx piste verify qualif", "npx piste verify prod --receipt receipt.json"],
        ),
      )
      .addArgument(maker.environment())
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
