import type { Environment } from "../../piste/environments";
import { formatDay, dayInParis } from "../../piste/password-age";
import { writeWhole } from "../command/files";
import { languageOf } from "../command/language";
import type { CommandMaker, CommonOptions } from "../command/options";
import { localFolder } from "../../aws/local/kept-environment";
import { openTarget, sameTarget, type Target } from "../command/target";
import { giveJson, giveStyled, say, sayWrapped, sayWhole } from "../command/terminal";
import { lineWidth } from "../command/wrap";
import { readConfirmations, withConfirmed, writeConfirmations } from "./confirmations";
import { examine } from "./examine";
import { exitCodeOf } from "./judge";
import type * as Page from "./page";
import type * as Progress from "./progress";
import { toJson, type DoctorReport, type LayerReport } from "./report";
import { show } from "./show";
import { layerLine } from "./labels";

export interface Options extends CommonOptions {
  readonly json?: true;
  readonly html?: string;
  readonly probe?: true;
  readonly force?: true;
  readonly confirm?: readonly string[];
}

/** Modules that few runs need are loaded on demand. */
const load = {
  progress: () => require("./progress") as typeof Progress,
  page: () => require("./page") as typeof Page,
};

function isUtf8({ LC_ALL, LC_CTYPE, LANG, WT_SESSION }: NodeJS.ProcessEnv): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== "") ?? "";
  return /utf-?8/i.test(locale) || WT_SESSION !== undefined;
}

/** The page is for people without a terminal, so its language does not follow the terminal's. */
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

/** Opens the target; tests pass their own. */
export type Open = (environment: Environment, options: Options, warn: Target["warn"]) => Target;

export async function runDoctor(
  maker: CommandMaker,
  environment: Environment,
  options: Options,
  open: Open = openTarget,
): Promise<void> {
  const { application, probe = false, force = false, confirm = [], html } = options;
  // Confirmations of a local run stay out of the repository.
  const folder = options.local ? localFolder() : process.cwd();
  const confirmations =
    confirm.length > 0
      ? withConfirmed(folder, environment, confirm, formatDay(dayInParis(Date.now())), application)
      : readConfirmations(folder);
  const target = open(environment, options, (text) => {
    sayWrapped(maker.say(text));
  });
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
  // Written only after the check that the application exists.
  if (confirm.length > 0) writeConfirmations(folder, confirmations);
  if (options.json) giveJson(toJson(report, maker.language));
  else showReport(maker, report);
  process.exitCode = exitCodeOf(report);
  // Comes last, so that the screen shows the result even when the page cannot be written.
  if (html === undefined) return;
  const page = writeWhole(html, load.page().renderPage(report, pageLanguage()));
  if (!options.json) sayWrapped(maker.say({ en: `\nThe page is in ${page}`, fr: `\nLa page est dans ${page}` }));
}

export function showReport({ language }: CommandMaker, report: DoctorReport): void {
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
