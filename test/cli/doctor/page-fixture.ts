/** Reports for the doctor's page, and functions to read the page. */
import type { Environment } from "../../../piste/environments";
import { GUIDE } from "../../../piste/guide";
import type { Language, Text } from "../../../piste/language";
import { renderPage } from "../../../cli/doctor/page";
import {
  LAYERS,
  type AccountReport,
  type ApplicationReport,
  type DoctorReport,
  type StepReport,
} from "../../../cli/doctor/report";
import { elementsOf, named, ofClass, readHtml, textOf, type Element } from "./read-html";

export const STRUCTURE = { identifier: "73282932000074", identifierType: "SIRET" };

export const accountOf = (name: string, changes: Partial<AccountReport> = {}): AccountReport => ({
  name,
  structure: STRUCTURE,
  ...changes,
});

export const applicationOf = (name: string, changes: Partial<ApplicationReport> = {}): ApplicationReport => ({
  name,
  accounts: [accountOf("default")],
  ...changes,
});

/** A text that names its place and its language. */
export const text = (what: string): Text => ({ en: `${what} (en)`, fr: `${what} (fr)` });

export function reportOf(
  environment: Environment,
  changes: Partial<DoctorReport> = {},
  steps: Readonly<Record<string, Partial<StepReport>>> = {},
): DoctorReport {
  return {
    environment,
    local: false,
    applications: [applicationOf("chorus-pro")],
    at: Date.UTC(2026, 10, 24, 13, 11, 8),
    ready: false,
    steps: GUIDE[environment].map(({ id }) => ({ id, status: "done", ...steps[id] })),
    layers: LAYERS.map((layer) => ({ layer, status: "ok", said: text(`said-${layer}`) })),
    notes: [],
    ...changes,
  };
}

export const missing = (owner: StepReport["owner"], what: string): Partial<StepReport> => ({
  status: "missing",
  owner,
  cause: text(`cause-${what}`),
  next: text(`next-${what}`),
  seenFrom: "here",
});

/** A report with steps in several statuses. */
export const MIXED = reportOf(
  "qualif",
  { notes: [text("note")], local: true },
  {
    Q3: missing("piste-portal", "Q3"),
    Q4: { status: "by-hand", confirmedOn: "2026-11-03" },
    Q5: { status: "not-seen-yet", cause: text("cause-Q5") },
    Q6: { status: "not-seen-yet", owner: "wait", next: text("next-Q6") },
    Q7: { ...missing("operator", "Q7"), seenFrom: "aws" },
  },
);

export const read = (report: DoctorReport, language: Language = "fr"): Element =>
  readHtml(renderPage(report, language));

export function only(root: Element, holds: (element: Element) => boolean): Element {
  const [first, ...others] = elementsOf(root, holds);
  if (first === undefined || others.length > 0) throw new Error(`not exactly one: ${others.length + 1}`);
  return first;
}

export const byId =
  (id: string) =>
  ({ attributes }: Element): boolean =>
    attributes["id"] === id;

/** Hidden from screen readers. */
export const isHidden = ({ attributes }: Element): boolean => attributes["aria-hidden"] === "true";

export const stepOf = (root: Element, id: string): Element =>
  only(root, (element) => ofClass("step")(element) && elementsOf(element, byId(id)).length > 0);

/** The text with ordinary spaces. */
export const plainOf = (root: Element): string => textOf(root).replace(/[\u00a0\u202f]/g, " ");

/** The steps that the page shows open. */
export const unfolded = (root: Element): string[] =>
  elementsOf(root, ofClass("step"))
    .filter((step) => elementsOf(step, named("details")).some(({ attributes }) => "open" in attributes))
    .flatMap((step) => elementsOf(step, ofClass("how")).map(({ attributes }) => attributes["id"] ?? ""));

/** The links of the section with that heading. */
export function stepsFor(root: Element, heading: string): string[] {
  const section = elementsOf(root, ofClass("party")).find((each) => textOf(each).startsWith(heading));
  if (section === undefined) return [];
  return elementsOf(section, named("a")).flatMap(
    ({ attributes }) => /^#(.*)/.exec(attributes["href"] ?? "")?.[1] ?? [],
  );
}
