/** The projects of `examples/`, each copied into a folder of its own where the package is installed. */
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

/** What the example's own package.json asks for, as its user installs it. */
export async function installedExample(name: string): Promise<Project> {
  const source = path.join(EXAMPLES, name);
  const { dependencies, devDependencies } = manifestOf(name);
  const project = await installed(Object.keys({ ...dependencies, ...devDependencies }));
  // The package.json that is there has links to what the example's asks for.
  const asked = path.join(source, "package.json");
  cpSync(source, project.folder, { recursive: true, filter: (file) => file !== asked });
  return project;
}

/** What `npm run build` of the example does, where there is such a thing. */
export async function buildExample(name: string, project: Project): Promise<void> {
  const { scripts: { build } = {} } = manifestOf(name);
  if (build === undefined) return;
  const [program = "", ...words] = build.split(" ");
  await project.run(path.join("node_modules", ".bin", program), ...words);
}
