/** `piste doctor`. */
import type { Command } from "commander";
import type { Environment } from "../../piste/environments";
import type { CommandMaker } from "../command/options";
import { CONFIRMATIONS_FILE } from "./report";
import type * as Run from "./run";

const run = (): typeof Run => require("./run") as typeof Run;

export function addDoctorCommand(program: Command, maker: CommandMaker, open?: Run.Open): void {
  program.addCommand(
    maker
      .withTarget(
        maker.command(
          "doctor",
          {
            en: "looks at an environment layer by layer and says which steps of the guide are done, which are missing, and who must do what; the exit code says who: 0 ready, 2 input, 3 portal, 4 wait, 5 AWS, 1 a bug",
            fr: "examine un environnement couche par couche et dit quelles étapes du guide sont faites, lesquelles manquent, et qui doit faire quoi ; le code de sortie dit qui : 0 prêt, 2 saisie, 3 portail, 4 attendre, 5 AWS, 1 défaut",
          },
          [
            "npx piste doctor qualif",
            "npx piste doctor prod --probe",
            "npx piste doctor qualif --confirm Q4",
            "npx piste doctor prod --html prod.html",
          ],
        ),
      )
      .addArgument(maker.environment())
      .option("--json", maker.say({ en: "the steps as JSON", fr: "les étapes en JSON" }))
      .option(
        "--html <file>",
        maker.say({
          en: "also writes a page, for people without a terminal (in French unless --lang says otherwise)",
          fr: "écrit aussi une page, pour les personnes sans terminal (en français sauf avec --lang)",
        }),
      )
      .option(
        "--probe",
        maker.say({
          en: "in prod, also sends a made-up login, when only that can show the cause",
          fr: "en prod, envoie aussi un identifiant inventé, quand cela seul permet de trancher",
        }),
      )
      .option(
        "--force",
        maker.say({
          en: "sends a password once more that Chorus Pro has refused before",
          fr: "envoie une fois de plus un mot de passe que Chorus Pro a déjà refusé",
        }),
      )
      .option(
        "--confirm <step>",
        maker.say({
          en: `confirms a step that no software sees (in ${CONFIRMATIONS_FILE}, to be committed); may be repeated`,
          fr: `confirme une étape qu'aucun logiciel ne voit (dans ${CONFIRMATIONS_FILE}, à versionner) ; peut se répéter`,
        }),
        (step: string, steps: readonly string[] | undefined) => [...(steps ?? []), step],
      )
      .action(
        maker.act((environment: Environment, options: Run.Options) =>
          run().runDoctor(maker, environment, options, open),
        ),
      ),
  );
}
