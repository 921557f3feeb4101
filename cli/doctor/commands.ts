/** `piste doctor`. */
import type { Command } from "commander";
import type { Environment } from "../../piste/environments";
import { formatDay, dayInParis } from "../../piste/password-age";
import { writeWhole } from "../command/files";
import { languageOf } from "../command/language";
import type { CommandMaker, CommonOptions } from "../command/options";
import { localFolder } from "../../aws/local/kept-environment";
import { openTarget, sameTarget, type Target } from "../command/target";
import { giveJson, giveStyled, say, sayWrapped, sayWhole } from "../command/terminal";
import { lineWidth } from "../command/wrap";
import { confirmSteps, CONFIRMATIONS_FILE, readConfirmations } from "./confirmations";
import { examine } from "./examine";
import { exitCodeOf } from "./judge";
import type * as Page from "./page";
import type * as Progress from "./progress";
import { toJson, type DoctorReport, type LayerReport } from "./report";
import { show } from "./show";
import { layerLine } from "./labels";

interface Options extends CommonOptions {
  readonly json?: true;
  readonly html?: string;
  readonly probe?: true;
  readonly force?: true;
  readonly confirm?: readonly string[];
}

/** What few need, or not on this kind of terminal, is loaded by those alone. */
/* eslint-disable @typescript-eslint/no-require-imports */
const load = {
  progress: () => require("./progress") as typeof Progress,
  page: () => require("./page") as typeof Page,
};
/* eslint-enable @typescript-eslint/no-require-imports */

function isUtf8({ LC_ALL, LC_CTYPE, LANG, WT_SESSION }: NodeJS.ProcessEnv): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== "") ?? "";
  return /utf-?8/i.test(locale) || WT_SESSION !== undefined;
}

/** Where a page is for people without a terminal, its language does not follow the terminal's. */
const pageLanguage = (): ReturnType<typeof languageOf> => languageOf(process.argv.slice(2), { LANG: "fr" });

async function examineWithProgress(
  maker: CommandMaker,
  { json }: Options,
  run: (onLayer: (layer: LayerReport) => void) => Promise<DoctorReport>,
): Promise<DoctorReport> {
  if (process.stderr.isTTY) return load.progress().withProgress(maker.language, run);
  return run((layer) => {
    if (json !== true && layer.status !== "not-reached") say(layerLine(layer, maker.language));
  });
}

async function runDoctor(
  maker: CommandMaker,
  open: (environment: Environment, options: Options) => Target,
  environment: Environment,
  options: Options,
): Promise<void> {
  const { application, probe = false, force = false, confirm = [], html } = options;
  // What is practised is nothing to commit.
  const folder = options.local ? localFolder() : process.cwd();
  const confirmations =
    confirm.length > 0
      ? confirmSteps(folder, environment, confirm, formatDay(dayInParis(Date.now())))
      : readConfirmations(folder);
  const target = open(environment, options);
  const report = await examineWithProgress(maker, options, (onLayer) =>
    examine(
      target,
      {
        application,
        probe,
        force,
        confirmed: confirmations[environment] ?? {},
        where: sameTarget(options),
        debug: sayWhole,
      },
      onLayer,
    ),
  );
  if (options.json) giveJson(toJson(report, maker.language));
  else showReport(maker, report);
  process.exitCode = exitCodeOf(report);
  // Last of all: whether or not it can be written, what was found is on the screen.
  if (html === undefined) return;
  const page = writeWhole(html, load.page().renderPage(report, pageLanguage()));
  if (!options.json) sayWrapped(maker.say({ en: `\nThe page is in ${page}`, fr: `\nLa page est dans ${page}` }));
}

function showReport({ language }: CommandMaker, report: DoctorReport): void {
  const { isTTY, columns } = process.stdout;
  const { NO_COLOR: noColour = "", TERM: term } = process.env;
  const terminal = {
    language,
    width: lineWidth(isTTY ? columns : undefined),
    unicode: isTTY && isUtf8(process.env),
    colour: isTTY && noColour === "" && term !== "dumb",
  };
  giveStyled(`${isTTY ? "\n" : ""}${show(report, terminal)}`);
}

/** @param open where to look; tests bring their own. */
export function addDoctorCommand(
  program: Command,
  maker: CommandMaker,
  open: (environment: Environment, options: Options) => Target = openTarget,
): void {
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
          fr: "écrit aussi une page, pour qui n'a pas de terminal (en français sauf avec --lang)",
        }),
      )
      .option(
        "--probe",
        maker.say({
          en: "in prod, also sends a login that nobody has, to tell what only that can tell",
          fr: "en prod, envoie aussi un identifiant que personne n'a, quand cela seul permet de trancher",
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
      .action(maker.act((environment: Environment, options: Options) => runDoctor(maker, open, environment, options))),
  );
}
