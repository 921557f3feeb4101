/**
 * What docs/raccordement.md says of the guide's steps, and of what the doctor finds at each. In French alone, as the
 * portals and those who use them.
 */
import { API_CATALOGUE, CHORUS_PRO_APIS } from "../../piste/api-catalogue";
import { type Environment, isProduction, PLATFORMS } from "../../piste/environments";
import {
  GUIDE,
  GUIDE_LINKS,
  handsOf,
  headingText,
  linkTitle,
  type GuideStep,
  type GuideStepId,
} from "../../piste/guide";
import type { Text } from "../../piste/language";
import { exampleOf, FINDING_CODES, type FindingCode, type Found } from "../../cli/doctor/findings";
import { doctor, OPERATION } from "../../cli/doctor/findings/finding";
import { judge, type Evidence } from "../../cli/doctor/judge";
import { partiesOf } from "../../cli/doctor/parties";
import { PARTY_LABELS, type Party } from "../../piste/party";
import { STEP_STATUSES, type StepReport } from "../../cli/doctor/report";
import { titleOf } from "../../cli/doctor/message-parts";
import { ENVIRONMENT_LABELS, guideStep, LAYER_LABELS, STATUS_MEANINGS, statusLabel } from "../../cli/doctor/labels";
import { table } from "./table";

/** Nothing of the guide's: they come before its first step, in any environment. */
const MACHINE_LAYERS: readonly string[] = ["configuration", "aws", "refresher", "gateway"];

/** What cannot happen in the other environment. */
const ONLY_IN: Readonly<Partial<Record<FindingCode, Environment>>> = {
  "account-same-as-qualif": "prod",
  "probe-needed": "prod",
};

/** As Markdown, in a table too: what is in backticks stays as it is. */
export function markdown(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece) => (piece.startsWith("`") ? piece.replaceAll("|", "\\|") : piece.replace(/[\\*_<>|]/g, "\\$&")))
    .join("");
}

const wordOf = (step: Parameters<typeof statusLabel>[0]): string => `**${statusLabel(step).fr}**`;

/** Who acts on a step, rather than on what is in the way of all. */
const BY_STEP: readonly Party[] = ["piste-portal", "chorus-pro", "operator"];

/** Whether it is found before any step, rather than of the step. */
function isBeforeSteps({ step, owner, layer }: Found): boolean {
  const ofOperation = Object.values(OPERATION).some((operation) => operation === step);
  const byStep = layer === "accounts" || BY_STEP.includes(owner);
  return ofOperation && (MACHINE_LAYERS.includes(layer) || !byStep);
}

function findingsIn(environment: Environment): readonly Found[] {
  return FINDING_CODES.filter((code) => (ONLY_IN[code] ?? environment) === environment).map((code) =>
    exampleOf(code, environment),
  );
}

function statuses(): string {
  return table(
    ["il dit", "cela veut dire"],
    STEP_STATUSES.map((status) => [wordOf({ status }), STATUS_MEANINGS[status].fr]),
  );
}

function overview(environment: Environment): string {
  return table(
    ["étape", "", "qui", "il faut avant"],
    GUIDE[environment].map((step) => [
      `[${step.id}](#${anchorOf(step)})`,
      markdown(step.title.fr),
      inTurn(handsOf(step).map(({ actor }) => PARTY_LABELS[actor])),
      step.before.map((text) => markdown(text.fr)).join(" ; ") || "–",
    ]),
  );
}

const inTurn = (texts: readonly Text[]): string => texts.map((text) => markdown(text.fr)).join(", puis ");

/** As GitHub makes it from the heading. */
export function anchorOf(step: Pick<GuideStep, "id" | "title">): string {
  return headingOf(step)
    .replace("### ", "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

const headingOf = ({ id, title }: Pick<GuideStep, "id" | "title">): string => `### ${id} · ${title.fr}`;

/** The step as its form asks for it. */
function stepBlock(step: GuideStep): string {
  const { before, what, form = [], seenBy, link } = step;
  const parts = [
    [
      `- **Dans le guide officiel :** ${markdown([headingText(step.heading), step.heading.besides?.fr].filter(Boolean).join(", "))}`,
      `- **Qui :** ${inTurn(handsOf(step).map(({ actor }) => PARTY_LABELS[actor]))}`,
      `- **Où :** ${inTurn(handsOf(step).map(({ where }) => where))}`,
      ...(before.length === 0 ? [] : [`- **Il faut avant :** ${before.map((text) => markdown(text.fr)).join(" ; ")}`]),
      ...what.map((text) => `- ${markdown(text.fr)}`),
      `- **Comment cela se voit :** ${markdown(seenBy.fr)}`,
      ...(link === undefined ? [] : [`- **Page officielle :** ${officialPage(link)}`]),
    ].join("\n"),
    form.length === 0
      ? ""
      : table(
          ["champ du formulaire", "à saisir"],
          form.map(({ label, value, filledWith }) => [
            `**${markdown(label)}**`,
            markdown(value.fr) + (filledWith ? ` (\`${filledWith}\` dans la configuration)` : ""),
          ]),
        ),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

const officialPage = (link: string): string => `[${linkTitle(link)}](${link})`;

function findingRow(found: Found): string[] {
  const who = partiesOf(found, guideStep(found.step)).map((party) => PARTY_LABELS[party].fr);
  return [`${wordOf(found)} · ${markdown(found.cause.fr)}`, markdown(found.next.fr), who.join(", ")];
}

const ALL_DONE: Evidence = {
  name: "chorus-pro",
  pisteApplicationName: "…",
  chorusPro: true,
  hasToken: true,
  apis: CHORUS_PRO_APIS.map((name) => ({ title: titleOf(API_CATALOGUE[name]), letIn: true })),
  accounts: [{ accepted: true, connected: true }],
  complete: true,
  found: [],
};

/** What an application shows on the way, from nothing stored to a technical account without its raccordement. */
function stagesOf(environment: Environment): readonly Evidence[] {
  const { apis } = ALL_DONE;
  const unseen = apis.map((api) => ({ ...api, letIn: undefined }));
  const withToken = { ...ALL_DONE, accounts: [{}], complete: false, found: [exampleOf("account-empty", environment)] };
  const start = { ...withToken, hasToken: false, apis: unseen, found: [exampleOf("client-empty", environment)] };
  return [
    { ...start, pisteApplicationName: undefined },
    start,
    // A made-up login shows the APIs in qualif; in prod it is sent only to whoever asks for it.
    isProduction(environment)
      ? { ...withToken, apis: unseen, probeCommand: doctor({ environment }, " --probe") }
      : withToken,
    { ...withToken, accounts: [{ connected: false }], found: [exampleOf("raccordement-missing", environment)] },
  ];
}

/** What it says of a step that nothing blames, each saying once. */
function unseenRows(environment: Environment, id: GuideStepId): readonly string[][] {
  const sayings = stagesOf(environment)
    .map((stage) => judge({ environment }, [stage]).find((step) => step.id === id))
    .filter((step): step is StepReport => step !== undefined && step.owner === undefined && step.status !== "done")
    .map(sayingOf);
  return [...new Map(sayings.map((saying) => [saying.join(), saying])).values()];
}

function sayingOf({ status, cause, next }: StepReport): string[] {
  const says = [wordOf({ status }), ...(cause === undefined ? [] : [markdown(cause.fr)])].join(" · ");
  return [says, next === undefined ? "–" : markdown(next.fr), "–"];
}

/** What the doctor says of the step, before and after. */
function doctorBlock(environment: Environment, id: GuideStepId): string {
  const blamed = findingsIn(environment)
    .filter((found) => found.step === id && !isBeforeSteps(found))
    .map(findingRow);
  const before = [...unseenRows(environment, id), ...blamed].map((row) => ["avant", ...row]);
  const after = judge({ environment }, [ALL_DONE], { [id]: "aaaa-mm-jj" }).filter((step) => step.id === id);
  return table(
    ["", "il dit", "et puis", "au tour de"],
    [...before, ...after.map((step) => ["après", wordOf(step), "", ""])],
  );
}

/** What may be in the way before any step. */
function beforeSteps(): string {
  return table(
    ["couche", "il dit", "et puis", "au tour de"],
    findingsIn("qualif")
      .filter(isBeforeSteps)
      .map((found) => [LAYER_LABELS[found.layer].fr, ...findingRow(found)]),
  );
}

/** Everything that the page says of the guide and of the doctor. */
export function raccordementBlocks(): Record<string, string> {
  const blocks = PLATFORMS.flatMap((environment) => [
    [`les étapes de ${ENVIRONMENT_LABELS[environment].fr}`, overview(environment)] as const,
    ...GUIDE[environment].flatMap((guide) => [
      [guide.id, stepBlock(guide)] as const,
      [`le doctor sur ${guide.id}`, doctorBlock(environment, guide.id)] as const,
    ]),
  ]);
  return Object.fromEntries([
    ["les états", statuses()],
    ...blocks,
    ["le doctor avant les étapes", beforeSteps()],
    [
      "les pages officielles",
      Object.values(GUIDE_LINKS)
        .map((link) => `- ${officialPage(link)}`)
        .join("\n"),
    ],
  ]);
}
