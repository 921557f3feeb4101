/** The same JSON as ours from plain objects, as a program without a framework would have it. */

export interface TerraformJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const FIRST = "application-0";

/**
 * A module whose `synthesize` makes the JSON: what ours has of the first application is a function of the
 * application's name, and what all share is written out.
 *
 * @param ours of one application.
 */
export function plainModule(ours: TerraformJson): string {
  const parts = Object.entries(ours.resource).map(([kind, byId]) => {
    const entries = Object.entries(byId);
    const part = (isOwn: boolean): object =>
      Object.fromEntries(entries.filter(([id]) => id.startsWith(FIRST) === isOwn));
    return { kind, own: part(true), shared: part(false) };
  });
  const all = (key: "own" | "shared"): object => Object.fromEntries(parts.map((part) => [part.kind, part[key]]));
  return `const { mkdirSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const resourcesOf = (name) => (${asTemplates(JSON.stringify(all("own")))});

exports.synthesize = (applications, outdir) => {
  const json = ${JSON.stringify({ ...ours, resource: all("shared") })};
  for (let index = 0; index < applications; index++) {
    for (const [kind, byId] of Object.entries(resourcesOf(\`application-\${index}\`))) Object.assign(json.resource[kind], byId);
  }
  const folder = path.join(outdir, "stacks", "prod");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "cdk.tf.json"), JSON.stringify(json, undefined, 2));
};
`;
}

/** Texts with the application's name in them become template literals, keys among them. */
function asTemplates(json: string): string {
  return json.replaceAll(/"((?:[^"\\]|\\.)*)"(:?)/g, (text, inner: string, colon: string) => {
    if (!inner.includes(FIRST)) return text;
    const escaped = inner.replaceAll(/`|\$\{/g, "\\$&").replaceAll(FIRST, "${name}");
    return colon === "" ? `\`${escaped}\`` : `[\`${escaped}\`]:`;
  });
}
