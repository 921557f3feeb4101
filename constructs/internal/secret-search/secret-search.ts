/** Searches a construct's Terraform JSON for secret values. */
import {
  assignmentsIn,
  credentialIn,
  FILLED_IN,
  isChoice,
  isFoundAtRunTime,
  isNameOfSecret,
  isPartlyLiteral,
  isPlaceholder,
  leadsToSecret,
} from "./secret-looks";
import { kindOfPlace, MAKERS, type PlaceKind } from "./secret-arguments";
import { parseTemplate, type Template } from "./terraform-template";

/** A place and why it must not hold its value; never the value. */
export interface Finding {
  /** The path below the block; for an override of a stack, below the whole configuration. */
  readonly argument: string;
  readonly address: string;
  /** The problem and the fix, half a sentence each. */
  readonly why: string;
  readonly instead: string;
}

type Tree = Readonly<Record<string, unknown>>;

interface Block {
  /** A resource's type, `data.<type>`, or the kind of block. */
  readonly of: string;
  readonly address: string;
  /** The name of an output's, variable's or local's one value. */
  readonly id?: string;
  readonly body: Tree;
}

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);
const treeOf = (value: unknown): Tree => (isTree(value) ? value : {});
/** Without cdktf's metadata. */
const entriesOf = (value: unknown): [string, unknown][] =>
  Object.entries(treeOf(value)).filter(([key]) => key !== "//");

/** @param json as cdktf makes it of an element or a stack, references resolved. */
export function findSecretValues(json: unknown): Finding[] {
  return blocksOf(treeOf(json)).flatMap((block) => [...made(block), ...look(block)]);
}

function blocksOf({ terraform, ...kinds }: Tree): Block[] {
  const { backend, cloud } = treeOf(terraform);
  const named = entriesOf({ ...kinds, backend }).flatMap(([kind, blocks]) =>
    entriesOf(blocks).flatMap(([name, inside]) => {
      if (kind === "resource" || kind === "data") {
        const of = kind === "data" ? `data.${name}` : name;
        return entriesOf(inside).map(([id, body]) => ({ of, address: `${of}.${id}`, body: treeOf(body) }));
      }
      if (kind === "locals") return [{ of: "local", address: `local.${name}`, id: name, body: { value: inside } }];
      const id = kind === "output" || kind === "variable" ? { id: name } : {};
      return [inside].flat().map((body) => ({ of: kind, address: `${kind}.${name}`, ...id, body: treeOf(body) }));
    }),
  );
  return [...named, { of: "cloud", address: "cloud", body: treeOf(cloud) }];
}

function made({ of, address, body }: Block): Finding[] {
  const maker = MAKERS[of];
  if (maker === undefined || maker.when?.(body) === false) return [];
  const why = "is a secret that Terraform itself creates or reads, and keeps";
  return [{ argument: maker.attribute, address, why, instead: maker.instead }];
}

function look(block: Block): Finding[] {
  const search = new Search(block);
  for (const [key, value] of entriesOf(block.body)) search.look(value, [key], block.id ?? key, undefined);
  return search.findings;
}

/** Terraform allows no references in these. */
const OF_STATE = ["backend", "cloud"];
const FROM_ENVIRONMENT =
  "leave it out, and let Terraform take it from the environment: `terraform login` or TF_TOKEN_…, TF_HTTP_PASSWORD, AWS's own variables";
const BY_REFERENCE =
  "pass a reference or a secret's name or ARN, and store the value after the deployment (PISTE's: `npx piste credentials set`)";

class Search {
  readonly findings: Finding[] = [];

  constructor(private readonly block: Block) {}

  /**
   * @param name the nearest key.
   * @param around the kind of the surrounding place.
   */
  look(value: unknown, path: readonly string[], name: string, around: PlaceKind | undefined): void {
    const kind = this.kindOf(path) ?? around ?? (isWriteOnly(name) ? "declared" : undefined);
    if (typeof value === "string") this.lookAtText(value, path, name, kind);
    else if (typeof value === "number" && kind === "secret") this.add(path, "may only be a reference");
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.look(item, [...path, String(index)], name, kind);
    } else if (isTree(value)) {
      const nameOfPair = kind === "variables" && typeof value["name"] === "string" ? value["name"] : undefined;
      for (const [key, inside] of Object.entries(value)) {
        this.look(inside, [...path, key], key === "value" ? (nameOfPair ?? key) : key, kind);
      }
    }
  }

  private lookAtText(text: string, path: readonly string[], name: string, kind: PlaceKind | undefined): void {
    const template = parseTemplate(text);
    const filled = template.pieces.map((piece) => piece ?? FILLED_IN).join("");
    const isLiteral = !template.hasReference && text.trim() !== "";
    // In declared places, only fields of PISTE's secrets count, in the text.
    const json = kind === "declared" ? undefined : jsonIn(template);
    if (kind === "secret" && (isLiteral || (json === undefined && isPartlyLiteral(filled)))) {
      this.add(path, "may only be a reference");
      return;
    }
    if (json !== undefined) this.look(json, path, name, kind);
    else if (kind !== "declared" && isSecretByName(isLiteral ? text : filled, template, name, kind)) {
      this.add(path, "holds a value under a name of a secret");
      return;
    }
    // Literals inside expressions are not in the JSON.
    const literals = json === undefined ? [filled] : [];
    const what = [...literals, ...template.quoted.map((quoted) => quoted.text)]
      .map(credentialIn)
      .find((found) => found !== undefined);
    if (what !== undefined) {
      this.add(path, `holds what looks like a credential: ${what}`);
      return;
    }
    const assigned = [
      ...template.quoted.map((quoted) => ({ name: quoted.name ?? "", value: quoted.text })),
      ...(kind === "script" ? literals.flatMap(assignmentsIn) : []),
    ];
    if (
      assigned.some((each) => isNameOfSecret(each.name) && !isFoundAtRunTime(each.value) && !isHarmless(each.value))
    ) {
      this.add(path, "assigns a value to a name of a secret");
    }
  }

  private kindOf(path: readonly string[]): PlaceKind | undefined {
    const argument = path.filter((part) => !/^\d+$/.test(part)).join(".");
    return kindOfPlace(this.block.of, argument, this.block.body);
  }

  private add(path: readonly string[], why: string): void {
    const argument = path.join(".");
    if (this.findings.some((known) => known.argument === argument)) return;
    const { of, address } = this.block;
    const finding = OF_STATE.includes(of)
      ? { why: "holds a credential", instead: FROM_ENVIRONMENT }
      : { why, instead: BY_REFERENCE };
    this.findings.push({ argument, address, ...finding });
  }
}

const isHarmless = (value: string): boolean => isPlaceholder(value) || leadsToSecret(value) || isChoice(value);

function isSecretByName(text: string, { quoted }: Template, name: string, kind: PlaceKind | undefined): boolean {
  if (!isNameOfSecret(name)) return false;
  // An expression without text, such as a number.
  if (text.startsWith("${") && quoted.length === 0) return false;
  return kind === "variables" ? !(isPlaceholder(text) || leadsToSecret(text)) : !isHarmless(text);
}

/**
 * Terraform keeps write-only arguments neither in its plan nor in its state: their names do not matter, credentials
 * do.
 */
const isWriteOnly = (argument: string): boolean => argument.endsWith("_wo");

/** Parses an object or a list, with a mark for each expression; undefined for anything else. */
function jsonIn({ pieces }: Template): unknown {
  const mark = "${filled.in}";
  const text = pieces.reduce<string>(
    (before, piece) => before + (piece ?? (isInQuotes(before) ? mark : JSON.stringify(mark))),
    "",
  );
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** True if a JSON text ends within a string. */
function isInQuotes(json: string): boolean {
  return json.replace(/\\./g, "").split('"').length % 2 === 0;
}
