/** Looks through what Terraform will receive of a construct for values that should not be there. */
import {
  assignmentsIn,
  credentialIn,
  isChoice,
  isFoundAtRunTime,
  isNameOfSecret,
  isPlaceholder,
  leadsToSecret,
  looksRandom,
} from "./secret-looks";
import { MAKERS, PLACES, type PlaceKind } from "./secret-places";
import { parseTemplate, type Template } from "./terraform-template";

/** A place, and why its value should not be there; never the value. */
export interface Finding {
  /** Below the block; of an override of a stack below the whole configuration. */
  readonly argument: string;
  /** The block: a resource's type and logical id. */
  readonly address: string;
  /** What is wrong, and what to do about it: half a sentence each. */
  readonly why: string;
  readonly instead: string;
}

type Tree = Readonly<Record<string, unknown>>;

/** A resource, data source, output … of Terraform's JSON. */
interface Block {
  /** As {@link PLACES} names it. */
  readonly of: string;
  readonly address: string;
  /** What its one value is called, of blocks that have no argument with a name of its own. */
  readonly id?: string;
  readonly body: Tree;
}

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);
const treeOf = (value: unknown): Tree => (isTree(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** @param json as cdktf makes it of an element or a stack, references resolved. */
export function findSecretValues(json: unknown): Finding[] {
  return blocksOf(treeOf(json)).flatMap((block) => [...made(block), ...look(block)]);
}

function blocksOf({ resource, data, provider, output, variable, locals, module, terraform }: Tree): Block[] {
  const typed = (blocks: unknown, prefix: string): Block[] =>
    Object.entries(treeOf(blocks)).flatMap(([type, byId]) =>
      Object.entries(treeOf(byId)).map(([id, body]) => ({
        of: `${prefix}${type}`,
        address: `${prefix}${type}.${id}`,
        body: treeOf(body),
      })),
    );
  const named = (of: string, blocks: unknown): Block[] =>
    Object.entries(treeOf(blocks)).map(([id, body]) => ({ of, address: `${of}.${id}`, id, body: treeOf(body) }));
  return [
    ...typed(resource, ""),
    ...typed(data, "data."),
    ...Object.entries(treeOf(provider)).flatMap(([name, all]) =>
      listOf(all).map((body) => ({ of: `provider.${name}`, address: `provider.${name}`, body: treeOf(body) })),
    ),
    ...Object.entries(treeOf(treeOf(terraform)["backend"])).map(([type, body]) => ({
      of: `backend.${type}`,
      address: `backend.${type}`,
      body: treeOf(body),
    })),
    ...named("output", output),
    ...named("variable", variable),
    // Its arguments have names of their own.
    ...named("module", module).map(({ of, address, body }) => ({ of, address, body })),
    ...Object.entries(treeOf(locals)).map(([id, value]) => ({
      of: "local",
      address: `local.${id}`,
      id,
      body: { value },
    })),
  ];
}

function made({ of, address, body }: Block): Finding[] {
  return MAKERS.filter((maker) => maker.of === of && (maker.when?.(body) ?? true)).map(({ attribute, instead }) => ({
    argument: attribute,
    address,
    why: "is a secret that Terraform itself makes or reads, and then keeps",
    instead,
  }));
}

function look(block: Block): Finding[] {
  const search = new Search(block);
  for (const [key, value] of Object.entries(block.body)) {
    // cdktf's own notes.
    if (key !== "//") search.look(value, [key], block.id ?? key, undefined);
  }
  return search.findings;
}

const BY_REFERENCE =
  "hand over a reference or a secret's name or ARN, and store the value after the deployment (PISTE's: `npx piste credentials set`)";

class Search {
  readonly findings: Finding[] = [];

  constructor(private readonly block: Block) {}

  /**
   * @param name what the value is called, by the key that is nearest to it.
   * @param around what kind of place it is in.
   */
  look(value: unknown, path: readonly string[], name: string, around: PlaceKind | undefined): void {
    const kind = this.kindOf(path) ?? around ?? (isWriteOnly(name) ? "declared" : undefined);
    if (typeof value === "string") this.lookAtText(value, path, name, kind);
    else if (typeof value === "number" && kind === "secret") this.add(path, "may only be a reference", BY_REFERENCE);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.look(item, [...path, String(index)], name, kind);
    } else if (isTree(value)) this.lookAtTree(value, path, kind);
  }

  private lookAtTree(tree: Tree, path: readonly string[], kind: PlaceKind | undefined): void {
    const { name = tree["key"], value, type } = tree;
    const isPair = typeof name === "string" && value !== undefined;
    for (const [key, inside] of Object.entries(tree)) {
      // Of CodeBuild: what has another type than this is a name.
      const isReference = key === "value" && type !== undefined && type !== "PLAINTEXT" && kind === "variables";
      if (isReference) continue;
      const isValueOfPair = kind === "variables" && isPair && key === "value";
      this.look(inside, [...path, key], isValueOfPair ? name : key, kind);
    }
  }

  private lookAtText(text: string, path: readonly string[], name: string, kind: PlaceKind | undefined): void {
    const template = parseTemplate(text);
    const isWholeLiteral = !template.hasReference && text.trim() !== "";
    if (kind === "secret" && isWholeLiteral) {
      this.add(path, "may only be a reference", BY_REFERENCE);
      return;
    }
    // As a text: there only the fields of PISTE's secrets count.
    const json = kind === "declared" ? undefined : jsonIn(template);
    if (json !== undefined) {
      // What is quoted in expressions is not in the JSON.
      this.look(json, path, name, kind === "secret" ? undefined : kind);
    } else if (this.lookAtValue(text, template, isWholeLiteral, path, name, kind)) return;
    this.lookAtPieces(json === undefined ? template.literals : [], template, path, kind);
  }

  /** @returns whether there is something to say of it. */
  private lookAtValue(
    text: string,
    { quoted }: Template,
    isWholeLiteral: boolean,
    path: readonly string[],
    name: string,
    kind: PlaceKind | undefined,
  ): boolean {
    if (!isWholeLiteral || kind === "declared") return false;
    const isEmpty = isPlaceholder(text) || (text.startsWith("${") && quoted.length === 0);
    const isHarmless = isEmpty || leadsToSecret(text) || (kind !== "variables" && isChoice(text));
    if (isNameOfSecret(name) && !isHarmless) {
      this.add(path, "holds a value, and its name is a secret's", BY_REFERENCE);
      return true;
    }
    if (kind === "variables" && looksRandom(text)) {
      this.add(path, "holds what looks like a secret", BY_REFERENCE);
      return true;
    }
    return false;
  }

  private lookAtPieces(
    literals: readonly string[],
    { quoted }: Template,
    path: readonly string[],
    kind: PlaceKind | undefined,
  ): void {
    const pieces = [...literals, ...quoted.map(({ text }) => text)];
    const what = pieces.map(credentialIn).find((found) => found !== undefined);
    if (what !== undefined) {
      this.add(path, `holds what looks like a credential: ${what}`, BY_REFERENCE);
      return;
    }
    const assigned = [
      ...quoted.flatMap(({ name, text }) => (name === undefined ? [] : [{ name, value: text }])),
      ...(kind === "script" ? literals.flatMap(assignmentsIn) : []),
    ];
    const plain = assigned.find(
      ({ name, value }) =>
        isNameOfSecret(name) &&
        !(isPlaceholder(value) || leadsToSecret(value) || isFoundAtRunTime(value) || isChoice(value)),
    );
    if (plain !== undefined) this.add(path, "sets something whose name is a secret's to a value", BY_REFERENCE);
  }

  private kindOf(path: readonly string[]): PlaceKind | undefined {
    const argument = path.filter((part) => !/^\d+$/.test(part)).join(".");
    const { of, body } = this.block;
    return PLACES.find(
      (place) => (place.of === of || place.of === "*") && place.argument === argument && (place.when?.(body) ?? true),
    )?.kind;
  }

  private add(path: readonly string[], why: string, instead: string): void {
    const argument = path.join(".");
    if (this.findings.some((known) => known.argument === argument)) return;
    this.findings.push({ argument, address: this.block.address, why, instead });
  }
}

/** Terraform keeps it neither in its plan nor in its state: no matter what its name says, as long as it shows no credential. */
const isWriteOnly = (argument: string): boolean => argument.endsWith("_wo");

/** Terraform fills it in. */
const FILLED_IN = "${filled.in}";

/** An object or a list; undefined of anything else. */
function jsonIn(template: Template): unknown {
  const text = template.marked((before) => (isInQuotes(before) ? FILLED_IN : JSON.stringify(FILLED_IN)));
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a JSON text ends within a string. */
function isInQuotes(json: string): boolean {
  return json.replace(/\\./g, "").split('"').length % 2 === 0;
}
