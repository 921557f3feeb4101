/**
 * The text of stacks/qualif.ts and stacks/prod.ts: as this project comes with them, with each answer in the place of its
 * example, formatted as Prettier would.
 */
import { DEFAULT_REGION } from "../../constructs/aws-checks";
import type { Platform } from "../../piste/environments";
import { DEFAULT_ACCOUNT, DEFAULT_APPLICATION } from "../../piste/names";
import type { Answers } from "./fields";

/** Prettier's, in this project. */
const WIDTH = 120;

/**
 * A value as a string of TypeScript, whatever is in it: nothing of it can be taken for code. Prettier prefers the quotes
 * of which the value has fewer.
 */
export function literal(value: string): string {
  const quoted = JSON.stringify(value);
  const count = (quote: string): number => value.split(quote).length - 1;
  if (count('"') <= count("'")) return quoted;
  const inside = quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inside}'`;
}

/** A property and its value; a value that would be too long stands in a line of its own. */
function property(indent: string, name: string, value: string): string[] {
  const line = `${indent}${name}: ${value},`;
  return line.length <= WIDTH ? [line] : [`${indent}${name}:`, `${indent}  ${value},`];
}

function list(indent: string, name: string, values: readonly string[]): string[] {
  const items = values.map(literal);
  const line = `${indent}${name}: [${items.join(", ")}],`;
  if (line.length <= WIDTH) return [line];
  return [`${indent}${name}: [`, ...items.map((item) => `${indent}  ${item},`), `${indent}],`];
}

/** The answer, or else the example, behind slashes. */
function answered(indent: string, name: string, value: string | undefined, example: string): string[] {
  return value === undefined ? [`${indent}// ${name}: ${example},`] : property(indent, name, literal(value));
}

interface Words {
  readonly header: readonly string[];
  readonly alarmEmail: string;
  readonly applicationComment: string;
  readonly pisteApplicationName: string;
  readonly siretComment: string;
  readonly siret: string;
  readonly hasState: boolean;
}

const WORDS: Readonly<Record<Platform, Words>> = {
  qualif: {
    header: [
      "Qualification: PISTE's sandbox and Chorus Pro's qualification platform. Edit this file, then",
      "`npx cdktf deploy qualif`. Nothing secret belongs here: values are stored after the deployment.",
    ],
    alarmEmail: "equipe-facturation@exemple.fr",
    applicationComment: "The sandbox application that PISTE made with your account.",
    pisteApplicationName: "APP_SANDBOX_equipe-facturation@exemple.fr",
    siretComment: "The fictitious SIRET of your qualification data set (« matelas de données »).",
    siret: "EXAMPLE.qualifSiret",
    hasState: false,
  },
  prod: {
    header: [
      "Production. Edit this file, then `npx cdktf deploy prod`. Nothing secret belongs here: values are stored after the",
      "deployment. Nothing is the same as in qualification: application, credentials, SIRET and technical accounts differ.",
    ],
    alarmEmail: "astreinte@exemple.fr",
    applicationComment: "The application that you created on PISTE for production.",
    pisteApplicationName: "facturation-exemple",
    siretComment: "Your structure's real SIRET.",
    siret: "EXAMPLE.prodSiret",
    hasState: true,
  },
};

export function renderStack(environment: Platform, answers: Answers): string {
  const words = WORDS[environment];
  const { account, alarmEmails = [], pisteApplicationName, siret, stateBucket } = answers;
  const region = answers.region === DEFAULT_REGION ? undefined : answers.region;
  const type =
    siret === undefined
      ? "import { EXAMPLE, type EnvironmentConfiguration }"
      : "import type { EnvironmentConfiguration }";
  const stateLine =
    stateBucket === undefined
      ? '  // state: { bucket: "my-company-terraform-state" },'
      : `  state: { bucket: ${literal(stateBucket)} },`;
  const identifier = siret === undefined ? words.siret : literal(siret);
  const lines = [
    "/**",
    ...words.header.map((line) => ` * ${line}`),
    " */",
    `${type} from "./configuration";`,
    "",
    `export const ${environment}: EnvironmentConfiguration = {`,
    ...answered("  ", "region", region, literal(DEFAULT_REGION)),
    ...answered("  ", "account", account, '"123456789012"'),
    ...(alarmEmails.length === 0
      ? [`  // alarmEmails: [${literal(words.alarmEmail)}],`]
      : list("  ", "alarmEmails", alarmEmails)),
    '  // tags: { "cost-center": "facturation" },',
    "  // outageToleranceInMinutes: 30,",
    ...(words.hasState ? [stateLine] : []),
    "  applications: [",
    "    {",
    `      name: ${literal(DEFAULT_APPLICATION)},`,
    `      // ${words.applicationComment}`,
    ...answered("      ", "pisteApplicationName", pisteApplicationName, literal(words.pisteApplicationName)),
    "      technicalAccounts: [",
    "        {",
    `          name: ${literal(DEFAULT_ACCOUNT)},`,
    `          // ${words.siretComment}`,
    `          structure: { identifier: ${identifier}, identifierType: "SIRET" },`,
    "        },",
    "      ],",
    "    },",
    "  ],",
    "};",
    "",
  ];
  return lines.join("\n");
}
