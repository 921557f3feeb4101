/** The doctor's report for a terminal of 80 columns. Pure. */
import type { Language, Text } from "../../piste/language";
import { printableTexts } from "../../piste/printable";
import { dateAndTime, longDay } from "../command/times";
import { indented } from "../command/wrap";
import { firstFailedStep } from "./judge";
import { isPortal } from "./parties";
import type { DoctorReport, StepReport, StepStatus } from "./report";
import { shortList } from "./message-parts";
import { guideStep, OWNER_LABELS, SEEN_FROM_LABELS, statusLabel } from "./labels";

export interface Terminal {
  readonly language: Language;
  /** Columns. */
  readonly width: number;
  /** True when it can show more than ASCII. */
  readonly unicode: boolean;
  readonly colour: boolean;
}

/** Each mark takes two columns. */
const MARKS: Readonly<Record<StepStatus, readonly [unicode: string, ascii: string]>> = {
  done: ["✔ ", "+ "],
  missing: ["✖ ", "x "],
  "not-seen-yet": ["… ", ". "],
  "not-reached": ["– ", "- "],
  "by-hand": ["✋", "? "],
  "not-needed": ["– ", "- "],
};

/** ANSI's codes, and the one that ends them. */
const COLOURS: Readonly<Record<StepStatus | "strong", string>> = {
  done: "\x1b[32m",
  missing: "\x1b[31m",
  "not-seen-yet": "\x1b[33m",
  "not-reached": "\x1b[2m",
  "by-hand": "\x1b[36m",
  "not-needed": "\x1b[2m",
  strong: "\x1b[1m",
};
const PLAIN = "\x1b[0m";

const MARGIN = "       ";
const STATUS_WIDTH = 18;

const MESSAGES = {
  ready: { en: "is ready.", fr: "est prêt." },
  toConfirm: { en: "Still to be confirmed by a person:", fr: "Reste à confirmer par une personne :" },
  notReady: { en: "is not ready: first", fr: "n'est pas prêt : d'abord" },
  fromNothing: {
    en: "is not ready: if nothing is set up yet, first",
    fr: "n'est pas prêt : en partant de rien, d'abord",
  },
  afterIt: { en: "; after it", fr: " ; ensuite" },
  waiting: { en: "is not ready yet.", fr: "n'est pas encore prêt." },
  type: { en: "To type:", fr: "À taper :" },
  thenType: { en: "Then type:", fr: "Puis tapez :" },
  stopped: { en: "Something stops it now: first", fr: "Quelque chose l'arrête : d'abord" },
  stoppedWaiting: {
    en: "Something stops it now: wait as said for",
    fr: "Quelque chose l'arrête : attendre comme indiqué pour",
  },
  notYet: { en: "is not ready yet: wait as said for", fr: "n'est pas encore prêt : attendre comme indiqué pour" },
  also: { en: "Also:", fr: "À noter :" },
  local: { en: "in the emulated AWS of this machine", fr: "dans l'AWS émulé de cette machine" },
  confirmedOn: { en: "on", fr: "le" },
  localPiste: { en: "on the local PISTE of this machine", fr: "sur le PISTE local de cette machine" },
  works: {
    en: "what was typed works. Nothing was stored. Next",
    fr: "ce qui a été saisi fonctionne. Rien n'a été enregistré. Ensuite",
  },
  partWorks: {
    en: "Nothing was stored. What works can be stored meanwhile",
    fr: "Rien n'a été enregistré. Ce qui fonctionne peut l'être entre-temps",
  },
  withAws: { en: ", with AWS credentials:", fr: ", avec des droits AWS :" },
  withoutAws: { en: ":", fr: " :" },
  nothingStored: { en: "Nothing was stored.", fr: "Rien n'a été enregistré." },
} as const satisfies Record<string, Text>;

export function show(whole: DoctorReport, terminal: Terminal): string {
  // Before colours are added, because it removes control characters.
  const report = printableTexts(whole);
  const { environment, applications, local, steps, trial } = report;
  const { language } = terminal;
  const names = applications.length === 0 ? "" : `: ${applications.map(({ name }) => name).join(", ")}`;
  const localNote = local ? ` (${MESSAGES[trial ? "localPiste" : "local"][language]})` : "";
  return [
    ...indented(`${environment}${names}${localNote}`, "", terminal.width),
    "",
    ...steps.flatMap((step, index) => stepLines(saidOnce(step, steps.slice(0, index)), terminal)),
    ...notesLines(report, terminal),
    "",
    ...endLines(report, terminal),
  ].join("\n");
}

function paint(text: string, colour: keyof typeof COLOURS, terminal: Terminal): string {
  return terminal.colour ? `${COLOURS[colour]}${text}${PLAIN}` : text;
}

/** Commands stand out by their colour, or else by their backticks. */
function withCommands(text: string, terminal: Terminal): string {
  return terminal.colour
    ? text.replace(/`([^`]+)`/g, (_, command: string) => paint(command, "strong", terminal))
    : text;
}

/** Leaves out the next action of a waiting step when a step above has shown the same. */
function saidOnce(step: StepReport, above: readonly StepReport[]): StepReport {
  const said = above.some(({ owner, next }) => owner === undefined && next?.en === step.next?.en);
  return said && step.owner === undefined ? { ...step, next: undefined } : step;
}

function stepLines(step: StepReport, terminal: Terminal): string[] {
  const { id, status, owner, cause, next, seenFrom, confirmedOn } = step;
  const { language, width, unicode } = terminal;
  const mark = MARKS[status][unicode ? 0 : 1];
  const words = statusLabel(step)[language].padEnd(STATUS_WIDTH);
  const on = confirmedOn === undefined ? "" : ` (${MESSAGES.confirmedOn[language]} ${longDay(confirmedOn)[language]})`;
  const title = `${guideStep(id).title[language]}${on}`;
  const [first = "", ...more] = indented(title, `   ${id}  ${words} `, width);
  const painted = first.slice(2).replace(words.trimEnd(), (label) => paint(label, status, terminal));
  const head = [`${paint(mark, status, terminal)}${painted}`, ...more];
  if (status === "done" || status === "not-needed") return head;
  const seen = owner !== undefined && seenFrom !== undefined ? ` (${SEEN_FROM_LABELS[seenFrom][language]}).` : ".";
  const lead = owner === undefined ? "" : `(${OWNER_LABELS[owner][language]}) `;
  const body = [
    ...(cause === undefined ? [] : indented(cause[language].replace(/\.?$/, seen), MARGIN, width)),
    ...(next === undefined ? [] : indented(`${lead}${next[language]}`, `${MARGIN}${unicode ? "→ " : "-> "}`, width)),
  ];
  return [...head, ...body.map((line) => withCommands(line, terminal))];
}

function notesLines({ notes }: DoctorReport, terminal: Terminal): string[] {
  if (notes.length === 0) return [];
  const { language, width } = terminal;
  const lines = notes.flatMap((note) => indented(note[language], "  - ", width));
  return ["", MESSAGES.also[language], ...lines.map((line) => withCommands(line, terminal))];
}

/** The first command in backticks. */
export function commandIn(text: Text | undefined, language: Language): string | undefined {
  return /`((?:npx|aws|export) [^`]+)`/.exec(text?.[language] ?? "")?.[1];
}

function workedText({ lastTokenAt }: NonNullable<DoctorReport["worked"]>, environment: string): Text {
  if (lastTokenAt === undefined) {
    return {
      en: `${environment} worked before: its token is valid.`,
      fr: `${environment} fonctionnait : son jeton est valable.`,
    };
  }
  const { en, fr } = dateAndTime(lastTokenAt);
  return {
    en: `${environment} worked before: its last token came on ${en}.`,
    fr: `${environment} fonctionnait : son dernier jeton date du ${fr}.`,
  };
}

function endLines({ trial, ...report }: DoctorReport, terminal: Terminal): string[] {
  if (trial === undefined) return closingLines(report, terminal);
  const { language, width } = terminal;
  const { environment, local, ready } = report;
  const rights = MESSAGES[local ? "withoutAws" : "withAws"][language];
  const again = ready ? [] : [...closingLines(report, terminal, trial.again), ""];
  const said = ready
    ? `${environment}${language === "fr" ? " " : ""}: ${MESSAGES.works[language]}${rights}`
    : undefined;
  const part = trial.store.length > 0 ? `${MESSAGES.partWorks[language]}${rights}` : MESSAGES.nothingStored[language];
  const commands = trial.store.map((command) => `  ${paint(command, "strong", terminal)}`);
  return [...again, ...indented(said ?? part, "", width), ...commands];
}

function closingLines(
  { environment, where = "", ready, worked, steps }: Omit<DoctorReport, "trial">,
  terminal: Terminal,
  again = `npx piste doctor ${environment}${where}`,
): string[] {
  const { language } = terminal;
  const strong = (text: string): string => paint(text, "strong", terminal);
  const sentences = (text: string): string[] => indented(text, "", terminal.width).map(strong);
  if (ready) {
    const left = steps.filter(({ status, confirmedOn }) => status === "by-hand" && confirmedOn === undefined);
    const confirm = left.length === 0 ? "" : ` ${MESSAGES.toConfirm[language]} ${left.map(({ id }) => id).join(", ")}.`;
    return sentences(`${environment} ${MESSAGES.ready[language]}${confirm}`);
  }
  const first = firstFailedStep(steps);
  if (first === undefined) return sentences(`${environment} ${MESSAGES.waiting[language]}`);
  const before = worked ? sentences(workedText(worked, environment)[language]) : [];
  const command = commandIn(first.next, language) ?? again;
  const begin = steps.find(({ begins }) => begins);
  const isWait = first.owner === "wait";
  const type = MESSAGES[isWait || isPortal(first.owner) ? "thenType" : "type"];
  const state = isWait ? MESSAGES.notYet : MESSAGES[begin ? "fromNothing" : "notReady"];
  const is = worked ? MESSAGES[isWait ? "stoppedWaiting" : "stopped"][language] : `${environment} ${state[language]}`;
  const { id, applications = [] } = first;
  const named = applications.length === 0 ? id : `${id} (${shortList(applications)[language]})`;
  const inOrder = begin ? `${begin.id}${MESSAGES.afterIt[language]} ${named}` : named;
  return [...before, ...sentences(`${is} ${inOrder}. ${type[language]}`), `  ${strong(command)}`];
}
