/** Generates an HTML reference of the package's exports from doc comments. */
import * as path from "node:path";
import { LOCAL, ROOT } from "../local/folders";

/** Folders whose index.ts users import. */
const ENTRIES = ["constructs", "client", "piste", "emulator"];

export async function writeApiReference(): Promise<void> {
  // typedoc is only an ES module.
  const { Application } = await import("typedoc");
  const application = await Application.bootstrap({
    entryPoints: ENTRIES.map((entry) => path.join(ROOT, entry, "index.ts")),
    tsconfig: path.join(ROOT, "tsconfig.json"),
    name: "cdktf-piste",
    readme: "none",
    disableSources: true,
    logLevel: "Error",
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
  });
  const project = await application.convert();
  if (project === undefined) throw new Error("typedoc wrote no reference; see its errors above");
  await application.generateDocs(project, path.join(LOCAL, "api"));
  console.log("The reference is at .piste/api/index.html.");
}
