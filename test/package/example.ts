/** The projects of `examples/`, each copied into a folder of its own where the package is installed. */
import { cpSync, existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";
import { installed, type Project } from "./project";

export const EXAMPLES = path.join(ROOT, "examples");

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What the example's own package.json asks for, as its user installs it. */
export async function installedExample(name: string): Promise<Project> {
  const source = path.join(EXAMPLES, name);
  const manifest = path.join(source, "package.json");
  const { dependencies, devDependencies } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, "utf8")) as Manifest)
    : {};
  const project = await installed(Object.keys({ ...dependencies, ...devDependencies }));
  // The package.json that is there has links to what the example's asks for.
  cpSync(source, project.folder, { recursive: true, filter: (file) => file !== manifest });
  return project;
}
