/** What docs/raccordement.md says of the guide's steps, and of what the doctor finds at each. */
import { ENVIRONMENTS, type Environment } from "../../piste/environments";
import { ACTORS, GUIDE, GUIDE_LINK_TITLES, GUIDE_LINKS, type GuideStep } from "../../piste/guide";
import { exampleOf, FINDING_CODES, type FindingCode, type Found } from "../doctor/findings";
import { OPERATION } from "../doctor/findings/finding";
import { partiesOf, PARTY_WORDS } from "../doctor/parties";
import { STEP_STATUSES, type StepStatus } from "../doctor/report";
import { ENVIRONMENT_WORDS, LAYER_WORDS, STATUS_MEANINGS, statusWord } from "../doctor/words";
import { table } from "./table";

/** The page is in French alone: so are the portals and those who use them. */
const LANGUAGE = "fr";

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

const wordOf = (status: StepStatus, confirmedOn?: string): string =>
  `**${statusWord({ id: "Q1", status, confirmedOn }).fr}**`;

/** Whether it is the surroundings' rather than the step's. */
function isOfSurroundings({ step, owner, layer }: Found): boolean {
  const ofOperation = Object.values(OPERATION).some((operation) => operation === step);
  const byStep = layer === "accounts" || owner === "portal" || owner === "input";
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
    STEP_STATUSES.map((status) => [wordOf(status), STATUS_MEANINGS[status].fr]),
  );
}

function overview(environment: Environment): string {
  return table(
    ["étape", "", "qui", "il faut avant"],
    GUIDE[environment].map(({ id, title, firstBy, actor, before }) => [
      `[${id}](#${anchorOf(id, title.fr)})`,
      markdown(title.fr),
      [...(firstBy === undefined ? [] : [firstBy.actor]), actor].map((each) => ACTORS[each].fr).join(", puis "),
      before.map((text) => markdown(text.fr)).join(" ; ") || "–",
    ]),
  );
}

/** As GitHub makes it from the heading. */
export function anchorOf(id: string, title: string): string {
  return `${id} · ${title}`
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

export const headingOf = ({ id, title }: GuideStep): string => `### ${id} · ${title.fr}`;

/** The step as its form asks for it. */
function stepBlock({ actor, where, firstBy, before, what, form = [], link }: GuideStep): string {
  const hands = [...(firstBy === undefined ? [] : [firstBy]), { actor, where }];
  const inTurn = (texts: readonly string[]): string => texts.map(markdown).join(", puis ");
  const parts = [
    [
      `- **Qui :** ${inTurn(hands.map((hand) => ACTORS[hand.actor].fr))}`,
      `- **Où :** ${inTurn(hands.map((hand) => hand.where.fr))}`,
      ...(before.length === 0 ? [] : [`- **Il faut avant :** ${before.map((text) => markdown(text.fr)).join(" ; ")}`]),
      ...what.map((text) => `- ${markdown(text.fr)}`),
      ...(link === undefined ? [] : [`- **Page officielle :** ${officialPage(link)}`]),
    ].join("\n"),
    form.length === 0
      ? ""
      : table(
          ["champ du formulaire", "à saisir"],
          form.map(({ label, value }) => [`**${markdown(label)}**`, markdown(value.fr)]),
        ),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function officialPage(link: string): string {
  const names = Object.keys(GUIDE_LINKS) as (keyof typeof GUIDE_LINKS)[];
  const name = names.find((each) => GUIDE_LINKS[each] === link);
  return `[${name === undefined ? link : GUIDE_LINK_TITLES[name]}](${link})`;
}

function findingRow(found: Found, guide: GuideStep): string[] {
  const { id, ...rest } = { ...found, id: found.step };
  const who = partiesOf({ id, ...rest }, guide).map((party) => PARTY_WORDS[party].fr);
  return [`${wordOf(found.status)} · ${markdown(found.cause.fr)}`, markdown(found.next.fr), who.join(", ")];
}

/** What the doctor says of the step, before and after. */
function doctorBlock(environment: Environment, guide: GuideStep): string {
  const { id, seenBy } = guide;
  const rows = findingsIn(environment)
    .filter((found) => found.step === id && !isOfSurroundings(found))
    .map((found) => ["avant", ...findingRow(found, guide)]);
  const byHand = UNSEEN.has(id);
  const first = byHand
    ? [wordOf("by-hand"), `une fois fait : \`npx piste doctor ${environment} --confirm ${id}\``, "–"]
    : [`${wordOf("not-seen-yet")} · cela se verra par ${markdown(seenBy.fr)}`, "il nomme ce qui vient d'abord", "–"];
  const after = byHand ? wordOf("by-hand", "aaaa-mm-jj") : wordOf("done");
  return table(["", "il dit", "et puis", "au tour de"], [["avant", ...first], ...rows, ["après", after, "", ""]]);
}

/** No software sees them. */
const UNSEEN: ReadonlySet<string> = new Set(["Q4"]);

/** What may be in the way before any step. */
function surroundings(): string {
  const guides = new Map(GUIDE.qualif.map((guide) => [guide.id, guide]));
  return table(
    ["couche", "il dit", "et puis", "au tour de"],
    findingsIn("qualif")
      .filter(isOfSurroundings)
      .flatMap((found) => {
        const guide = guides.get(found.step);
        if (guide === undefined) return [];
        const [says = "", next = "", who = ""] = findingRow(found, guide);
        return [[LAYER_WORDS[found.layer][LANGUAGE], says, next, who]];
      }),
  );
}

/** Everything that the page says of the guide and of the doctor. */
export function raccordementBlocks(): Record<string, string> {
  const blocks = ENVIRONMENTS.flatMap((environment) => [
    [`les étapes de ${ENVIRONMENT_WORDS[environment].fr}`, overview(environment)] as const,
    ...GUIDE[environment].flatMap((guide) => [
      [guide.id, stepBlock(guide)] as const,
      [`le doctor sur ${guide.id}`, doctorBlock(environment, guide)] as const,
    ]),
  ]);
  return Object.fromEntries([
    ["les états", statuses()],
    ...blocks,
    ["le doctor avant les étapes", surroundings()],
    [
      "les pages officielles",
      Object.values(GUIDE_LINKS)
        .map((link) => `- ${officialPage(link)}`)
        .join("\n"),
    ],
  ]);
}
