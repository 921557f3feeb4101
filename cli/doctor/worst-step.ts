/** Merges one step of several applications: the worst status counts. Pure. */
import { joined, type Text } from "../../piste/language";
import { prefixed, shortList } from "./message-parts";
import type { StepReport, StepStatus } from "./report";

/** From the best to the worst. */
const RANKS: readonly StepStatus[] = ["not-needed", "done", "by-hand", "not-reached", "not-seen-yet", "missing"];

function rankOf({ status, owner, confirmedOn }: StepReport): number {
  const waits = status === "not-seen-yet" && owner !== undefined;
  return RANKS.indexOf(status) + (waits ? 0.5 : 0) - (confirmedOn === undefined ? 0 : 0.5);
}

export interface OfApplication {
  readonly application: string | undefined;
  readonly step: StepReport;
}

interface Said {
  readonly application: string;
  readonly text: Text;
}

const LIKEWISE: Text = { en: "Then the same for the others.", fr: "Puis de même pour les autres." };

const without = ({ application, text }: Said, what: RegExp): Text => {
  const cut = (words: string): string =>
    words.replace(what, (whole, command: string, name: string) => (name === application ? command : whole));
  return { en: cut(text.en), fr: cut(text.fr) };
};
const IN_COMMAND = /()(?: --application (\S+?))(?=[ `])/g;
/** Without `--application` the doctor examines all applications. */
const IN_DOCTOR = /(`npx piste doctor \S+) --application (\S+?)(?=[ `])/g;

/** Shows a text of several applications once, with the first one's command. */
function saidOfAll(first: Said, others: readonly Said[]): Text {
  if (others.length === 0) return prefixed(first.application, first.text);
  const { en, fr } = shortList([first, ...others].map(({ application }) => application));
  const text = without(first, IN_DOCTOR);
  const isAlike = others.every((other) => without(other, IN_DOCTOR).en === text.en);
  const all = isAlike ? text : joined([text, LIKEWISE]);
  return { en: `${en}: ${all.en}`, fr: `${fr} : ${all.fr}` };
}

/** The step of the worst status, with the applications that have it. */
export function worstOf(steps: readonly OfApplication[]): StepReport {
  const worst = Math.max(...steps.map(({ step }) => rankOf(step)));
  const bad = steps.filter(({ step }) => rankOf(step) === worst);
  const [first] = bad;
  if (first === undefined) throw new Error("expected at least one application, got none");
  if (steps.length === 1) return first.step;
  const textOf = (key: "cause" | "next"): Text | undefined => {
    const same = bad.length === steps.length && new Set(bad.map(({ step }) => step[key]?.en)).size === 1;
    if (same) return first.step[key];
    const alike = new Map<string, Said[]>();
    for (const { application = "?", step } of bad) {
      const text = step[key];
      if (text === undefined) continue;
      const said = { application, text };
      const words = without(said, IN_COMMAND).en;
      alike.set(words, [...(alike.get(words) ?? []), said]);
    }
    const texts = [...alike.values()].flatMap(([one, ...others]) =>
      one === undefined ? [] : [saidOfAll(one, others)],
    );
    return texts.length === 0 ? undefined : joined(texts);
  };
  const codes = [...new Set(bad.flatMap(({ step }) => step.codes ?? []))];
  const applications = bad.flatMap(({ application }) => application ?? []);
  return { ...first.step, codes, cause: textOf("cause"), next: textOf("next"), applications };
}
