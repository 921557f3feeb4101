/** docs/api/: the reference of all that the package exports, written from the comments in the code. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { DOCS, LOCAL, ROOT } from "../local/folders";

/** What can be imported, by the folder whose index.ts it is. */
export const ENTRIES = {
  constructs: "cdktf-piste",
  client: "cdktf-piste/client",
  piste: "cdktf-piste/piste",
  emulator: "cdktf-piste/emulator",
} as const;
type Entry = keyof typeof ENTRIES;

const INTRODUCTIONS: Readonly<Record<Entry, string>> = {
  constructs: "The constructs, for cdktf; `cdktf-piste/cdktn` has the same for CDK Terrain.",
  client: "For programs that call the APIs.",
  piste: "What PISTE is, without AWS and without a framework.",
  emulator: "A local PISTE, for tests of anything that calls it.",
};

/** What a reader of the reference does not call. */
const LEFT_OUT = { excludeExternals: true, excludeInternal: true, excludePrivate: true, excludeProtected: true };

const NOTICE = "<!-- written by `npm run docs -- --only api` from the comments in the code -->";

/** The pages by their names, as they are to be. */
export async function apiPages(): Promise<ReadonlyMap<string, string>> {
  // Published as ES modules alone.
  const { Application } = await import("typedoc");
  const folder = path.join(LOCAL, "api-reference");
  const pages = new Map<string, string>();
  for (const [entry, name] of Object.entries(ENTRIES) as [Entry, string][]) {
    const application = await Application.bootstrapWithPlugins({
      entryPoints: [path.join(ROOT, entry, "index.ts")],
      tsconfig: path.join(ROOT, "tsconfig.json"),
      plugin: ["typedoc-plugin-markdown"],
      name,
      readme: "none",
      // Nowhere else: what is in this folder is emptied.
      outputs: [{ name: "markdown", path: folder }],
      disableSources: true,
      logLevel: "Error",
      sort: ["kind", "alphabetical"],
      ...LEFT_OUT,
      // The options of the plugin are its own.
      ...({
        outputFileStrategy: "modules",
        hidePageHeader: true,
        hideBreadcrumbs: true,
        hidePageTitle: true,
        parametersFormat: "table",
        interfacePropertiesFormat: "table",
        classPropertiesFormat: "table",
        typeDeclarationFormat: "table",
        useCodeBlocks: true,
        // Its own count of equal headings is not always GitHub's.
        useHTMLAnchors: true,
      } as object),
    });
    const project = await application.convert();
    if (project === undefined) throw new Error(`typedoc made nothing of ${entry}/index.ts; it says why above`);
    rmSync(folder, { recursive: true, force: true });
    await application.generateOutputs(project);
    const text = readFileSync(path.join(folder, "README.md"), "utf8");
    pages.set(`${entry}.md`, `# ${name}\n\n${NOTICE}\n\n${INTRODUCTIONS[entry]}\n\n${text.trim()}\n`);
  }
  rmSync(folder, { recursive: true, force: true });
  return pages;
}

export async function writeApiPages(): Promise<void> {
  const folder = path.join(DOCS, "api");
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of await apiPages()) {
    writeFileSync(path.join(folder, file), text);
    console.log(`docs/api/${file} is written.`);
  }
}
