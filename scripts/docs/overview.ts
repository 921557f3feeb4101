/** The pictures of what runs where, in the READMEs: docs/images/overview.svg and overview.fr.svg. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { instance } from "@viz-js/viz";
import {
  clientSecretName,
  DEFAULT_ACCOUNT,
  DEFAULT_APPLICATION,
  technicalAccountSecretName,
  tokenSecretName,
} from "../../piste/names";
import { DOCS } from "../local/folders";
import { escapeXml } from "./xml";

export type Language = "en" | "fr";
type Words = Readonly<Record<Language, string>>;

/** Whose something is decides how it looks. */
type Kind = "ours" | "secret" | "outside" | "person";

interface Box {
  readonly kind: Kind;
  /** Lines. */
  readonly words: readonly Words[];
}

const same = (word: string): Words => ({ en: word, fr: word });
const ENVIRONMENT = "qualif";

const BOXES = {
  person: { kind: "person", words: [{ en: "you", fr: "vous" }, same("npx piste credentials set")] },
  scheduler: { kind: "ours", words: [same("EventBridge Scheduler"), { en: "every minute", fr: "chaque minute" }] },
  refresher: { kind: "ours", words: [{ en: "token refresher", fr: "rafraîchisseur" }, same("Lambda")] },
  client: {
    kind: "secret",
    words: [
      { en: "client credentials", fr: "identifiants OAuth2" },
      same(clientSecretName(ENVIRONMENT, DEFAULT_APPLICATION)),
    ],
  },
  account: {
    kind: "secret",
    words: [
      { en: "technical account", fr: "compte technique" },
      same(technicalAccountSecretName(ENVIRONMENT, DEFAULT_APPLICATION, DEFAULT_ACCOUNT)),
    ],
  },
  token: {
    kind: "secret",
    words: [{ en: "access token", fr: "jeton" }, same(tokenSecretName(ENVIRONMENT, DEFAULT_APPLICATION))],
  },
  program: { kind: "person", words: [{ en: "your program", fr: "votre programme" }] },
  alarms: {
    kind: "ours",
    words: [same("CloudWatch"), { en: "metrics, alarms", fr: "métriques, alarmes" }],
  },
  mail: { kind: "person", words: [{ en: "whoever can mend it", fr: "qui peut y remédier" }, same("e-mail, SNS")] },
  oauth: { kind: "outside", words: [same("PISTE"), { en: "token endpoint", fr: "serveur de jetons" }] },
  api: { kind: "outside", words: [same("PISTE"), { en: "Chorus Pro and other APIs", fr: "Chorus Pro et autres API" }] },
} as const satisfies Readonly<Record<string, Box>>;
type BoxName = keyof typeof BOXES;

interface Arrow {
  readonly from: BoxName;
  readonly to: BoxName;
  readonly words?: Words;
}

const ARROWS: readonly Arrow[] = [
  { from: "person", to: "client", words: { en: "once", fr: "une fois" } },
  { from: "person", to: "account" },
  { from: "scheduler", to: "refresher" },
  { from: "client", to: "refresher", words: { en: "read when due", fr: "lu quand il le faut" } },
  { from: "refresher", to: "oauth", words: { en: "asks", fr: "demande" } },
  { from: "refresher", to: "token", words: { en: "writes", fr: "écrit" } },
  { from: "refresher", to: "alarms", words: { en: "reports", fr: "rend compte" } },
  { from: "alarms", to: "mail" },
  { from: "token", to: "program", words: { en: "read", fr: "lu" } },
  { from: "account", to: "program", words: { en: "read", fr: "lu" } },
  { from: "program", to: "api", words: { en: "calls", fr: "appelle" } },
];

const AWS: Words = { en: "your AWS account", fr: "votre compte AWS" };
const IN_AWS: readonly BoxName[] = ["scheduler", "refresher", "client", "account", "token", "alarms"];

const TITLE: Words = { en: "What runs where", fr: "Ce qui tourne, et où" };

const DESCRIPTION: Words = {
  en: "In your AWS account EventBridge Scheduler runs the token refresher, a Lambda, every minute. When the token is due, it reads the client credentials, asks PISTE's token endpoint, and writes the access token into a secret. It reports to CloudWatch, whose alarms write to whoever can mend it. Your program reads the token, and the technical account, and calls Chorus Pro and the other APIs behind PISTE. You store client credentials and technical account once.",
  fr: "Dans votre compte AWS, EventBridge Scheduler lance chaque minute le rafraîchisseur, une Lambda. Quand le jeton est à renouveler, elle lit les identifiants OAuth2, demande au serveur de jetons de PISTE, et écrit le jeton dans un secret. Elle rend compte à CloudWatch, dont les alarmes écrivent à qui peut y remédier. Votre programme lit le jeton, et le compte technique, et appelle Chorus Pro et les autres API derrière PISTE. Vous déposez les identifiants et le compte technique une fois.",
};

/** The first line is what it is; the others are smaller, and names and commands as one types them. */
function labelOf({ words }: Box, language: Language): string {
  const [first = "", ...others] = words.map((word) => escapeXml(word[language]));
  const small = others.map((text) => {
    const face = /[/]|^npx /.test(text) ? ' face="Courier"' : "";
    return `<br/><font point-size="10"${face}>${text}</font>`;
  });
  return `<${first}${small.join("")}>`;
}

function dot(language: Language): string {
  const node = (name: BoxName): string =>
    `${name}[class="${BOXES[name].kind}" label=${labelOf(BOXES[name], language)}]`;
  const names = Object.keys(BOXES) as BoxName[];
  const edges = ARROWS.map(({ from, to, words, ...how }) => {
    const attributes = Object.entries({ ...how, ...(words && { label: `  ${words[language]}  ` }) });
    return `${from}->${to}[${attributes.map(([key, value]) => `${key}="${value}"`).join(" ")}]`;
  });
  return `digraph {
    rankdir=TB; nodesep=0.3; ranksep=0.45; pad=0.2; fontname="Helvetica"; fontsize=12;
    node[shape=box style=rounded fontname="Helvetica" fontsize=13 margin="0.22,0.09"];
    edge[fontname="Helvetica" fontsize=11 arrowsize=0.7];
    subgraph cluster_aws { label="${AWS[language]}"; labeljust=l; style=rounded; margin=14; ${IN_AWS.map(node).join(";")} }
    ${names
      .filter((name) => !IN_AWS.includes(name))
      .map(node)
      .join(";")}
    ${edges.join(";")}
  }`;
}

/** A box's words stand in its middle, however wide the reader's font is. */
function centred(node: string): string {
  const across = [...(/ d="([^"]+)"/.exec(node)?.[1] ?? "").matchAll(/(-?[\d.]+),/g)].map(([, x]) => Number(x));
  const middle = ((Math.min(...across) + Math.max(...across)) / 2).toFixed(1);
  return node.replace(/text-anchor="start" x="[^"]*"/g, `text-anchor="middle" x="${middle}"`);
}

const STYLE = `text{fill:#1f2328}.graph>polygon{fill:#fff}.cluster path{fill:#f6f8fa;stroke:#8c959f;stroke-dasharray:4}
.node path{fill:#ddf4ff;stroke:#0969da}.secret path{fill:#fff8c5;stroke:#9a6700}.outside path{fill:#ffebe9;stroke:#cf222e}.person path{fill:#dafbe1;stroke:#1a7f37}
.edge path,.edge polygon{stroke:#59636e}.edge polygon{fill:#59636e}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.graph>polygon{fill:#0d1117}.cluster path{fill:#151b23;stroke:#656c76}
.node path{fill:#121d2f;stroke:#4493f8}.secret path{fill:#2d2411;stroke:#d29922}.outside path{fill:#301417;stroke:#f85149}.person path{fill:#12261e;stroke:#3fb950}
.edge path,.edge polygon{stroke:#9198a1}.edge polygon{fill:#9198a1}}`;

/** The picture as the browser shows it in light and dark, with its words for screen readers. */
export async function drawOverview(language: Language): Promise<string> {
  const viz = await instance();
  const drawn = viz.renderString(dot(language), { format: "svg" });
  const [, size = "", inside = ""] = /<svg [^>]*?(viewBox="[^"]+")[^>]*>\s*([\s\S]*)$/.exec(drawn) ?? [];
  const shapes = inside
    .replace(/<!--[\s\S]*?-->\s*/g, "")
    .replace(/<title>[\s\S]*?<\/title>\s*/g, "")
    .replace(/<g id="[^"]*" class="node[\s\S]*?<\/g>/g, centred)
    // The style has the colours.
    .replace(/ (?:fill|stroke)="(?!none)[^"]*"/g, "");
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title description" lang="${language}">
<title id="title">${TITLE[language]}</title>
<desc id="description">${escapeXml(DESCRIPTION[language])}</desc>
<style>
${STYLE}
</style>
${shapes}`;
}

export const OVERVIEWS: Readonly<Record<Language, string>> = {
  en: path.join(DOCS, "images", "overview.svg"),
  fr: path.join(DOCS, "images", "overview.fr.svg"),
};

export async function writeOverviews(): Promise<void> {
  for (const [language, file] of Object.entries(OVERVIEWS)) {
    writeFileSync(file, await drawOverview(language as Language));
    console.log(`docs/images/${path.basename(file)} is written.`);
  }
}
