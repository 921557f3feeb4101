/** Copies a project of `examples/` into a new folder, and installs the package there. */
import { cpSync, existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";
import { installed, type Project } from "./project";

export const EXAMPLES = path.join(ROOT, "examples");

interface Manifest {
  readonly scripts?: { readonly build?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(name: string): Manifest {
  const file = path.join(EXAMPLES, name, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : {};
}

/** Installs the dependencies of the example's package.json, like its user. */
export async function installedExample(name: string): Promise<Project> {
  const source = path.join(EXAMPLES, name);
  const { dependencies, devDependencies } = manifestOf(name);
  const project = await installed(Object.keys({ ...dependencies, ...devDependencies }));
  // The folder's package.json links to the example's dependencies.
  const asked = path.join(source, "package.json");
  cpSync(source, project.folder, { recursive: true, filter: (file) => file !== asked });
  return project;
}

/** The example's `npm run build`, if it has one. */
export async function buildExample(name: string, project: Project): Promise<void> {
  const { scripts: { build } = {} } = manifestOf(name);
  if (build === undefined) return;
  const [program = "", ...words] = build.split(" ");
  await project.run(path.join("node_modules", ".bin", program), ...words);
}
