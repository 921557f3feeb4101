/** Parses a page as strictly as XML: any error that a browser would correct is thrown. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const VOID = new Set(["br", "meta", "wbr"]);
/** Inline elements; all others begin a line. */
const INLINE = new Set(["a", "code", "kbd", "span", "strong", "time", "wbr"]);
const TAG = /^<([a-z][a-z0-9]*)((?: +[a-z][a-z-]*(?:="[^"<>]*")?)*) *\/?>/;
const ATTRIBUTE = /([a-z][a-z-]*)(?:="([^"]*)")?/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function unescaped(text: string): string {
  return text.replace(/&([^;]*;?)/g, (whole, name: string) => {
    const character = name.endsWith(";") ? ENTITIES[name.slice(0, -1)] : undefined;
    if (character === undefined) throw new Error(`unknown entity ${whole}`);
    return character;
  });
}

/** @throws Error unless the page is well-formed. */
export function readHtml(page: string): Element {
  let rest = page.replace(/^<!doctype html>\s*/, "").replace(/\s+(?=[a-z-]+="|>|\/>)/g, " ");
  const root: Element & { children: (Element | string)[] } = { name: "", attributes: {}, children: [] };
  const open = [root];
  const take = (length: number): string => {
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    return taken;
  };
  while (rest !== "") {
    const parent = open.at(-1);
    if (parent === undefined) throw new Error("a closing tag too many");
    if (rest.startsWith(`</${parent.name}`)) {
      take(rest.indexOf(">") + 1);
      open.pop();
      continue;
    }
    if (parent.name === "style") {
      parent.children.push(take(rest.indexOf("</style>")));
      continue;
    }
    if (!rest.startsWith("<")) {
      const text = take(rest.includes("<") ? rest.indexOf("<") : rest.length);
      if (text.includes(">")) throw new Error(`a bare > in ${text}`);
      parent.children.push(unescaped(text));
      continue;
    }
    const [whole, name = "", words = ""] = TAG.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no tag: ${rest.slice(0, 60)}`);
    take(whole.length);
    const attributes = [...words.matchAll(ATTRIBUTE)].map(
      ([, key = "", value = ""]) => [key, unescaped(value)] as const,
    );
    if (new Set(attributes.map(([key]) => key)).size < attributes.length) throw new Error(`twice in ${whole}`);
    const element = { name, attributes: Object.fromEntries(attributes), children: [] };
    parent.children.push(element);
    if (!VOID.has(name)) open.push(element);
  }
  if (open.length !== 1) throw new Error(`not closed: ${open.map(({ name }) => name).join(" ")}`);
  return root;
}

/** Matching elements in document order. */
export function elementsOf(root: Element, holds: (element: Element) => boolean = () => true): Element[] {
  return root.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(holds(child) ? [child] : []), ...elementsOf(child, holds)],
  );
}

export const named =
  (...names: readonly string[]) =>
  ({ name }: Element): boolean =>
    names.includes(name);

export const ofClass =
  (word: string) =>
  ({ attributes }: Element): boolean =>
    (attributes["class"] ?? "").split(" ").includes(word);

/** The text with spaces as a browser shows them; no-break spaces stay. */
export function textOf(element: Element, leaveOut: (element: Element) => boolean = () => false): string {
  const raw = (each: Element | string): string => {
    if (typeof each === "string") return each;
    if (leaveOut(each) || each.name === "style") return "";
    const inside = each.children.map(raw).join("");
    return INLINE.has(each.name) ? inside : ` ${inside} `;
  };
  return raw(element)
    .replace(/[ \n]+/g, " ")
    .trim();
}

/** The elements without text: a text that became markup changes it. */
export function skeletonOf(root: Element): string {
  return elementsOf(root)
    .map(({ name, attributes }) => `${name}[${Object.keys(attributes).join(" ")}]`)
    .join(" ");
}
