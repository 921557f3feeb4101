import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { FUNCTIONS } from "../../scripts/build-lambda";

const ROOT = path.resolve(__dirname, "..", "..");

/** What may be published. */
const EXPECTED = [
  /^dist\/(?:client|constructs|cdktn|piste|lambda|emulator|cli)\/.+\.(?:js|d\.ts)$/,
  /^dist\/client\/index\.mjs$/,
  /^dist\/lambda\/(?:token-refresh|connection-check)\.zip$/,
  /^dist\/(?:bundled\.json|THIRD-PARTY-LICENSES\.txt)$/,
  /^docs\/.+\.(?:md|svg)$/,
  /^cli\/piste\.mjs$/,
  /^(?:README|README\.fr|CHANGELOG|SECURITY)\.md$/,
  /^(?:LICENSE|package\.json)$/,
];

/** What a developer's folder may have, and nobody else is to get. */
const NEVER = [
  ".env",
  ".npmrc",
  ".secretlintrc.js",
  ".piste/local.json",
  ".github/workflows/ci.yml",
  "cdktf.out/stacks/prod/cdk.tf.json",
  "node_modules/somebody/index.js",
  "scripts/with-dependencies.mjs",
  "scripts/test.ts",
  "stacks/prod.ts",
  "terraform.prod.tfstate",
  "test/constructs/secrets.test.ts",
];

function buildConfiguration(): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.build.json"), (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
}

/** The sources that are compiled: those that the configuration names, and what these import. */
function compiled(): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8")).importedFiles) {
      if (!fileName.startsWith(".")) continue;
      const target = path.resolve(path.dirname(file), fileName.replace(/\.js$/, ""));
      visit(existsSync(`${target}.ts`) ? `${target}.ts` : path.join(target, "index.ts"));
    }
  };
  buildConfiguration().fileNames.forEach(visit);
  return [...found].map((file) => path.relative(ROOT, file).replaceAll(path.sep, "/"));
}

/** Those that are written once more, for CDK Terrain. */
const constructs = (): string[] => compiled().filter((file) => file.startsWith("constructs/"));

/** What `npm pack` would put into the tarball, were everything built here. */
function packed(): string[] {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "piste-package-"));
  const write = (file: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), "");
  };
  try {
    const sources = [...compiled(), ...constructs().map((file) => file.replace(/^constructs/, "cdktn"))].map(
      (file) => `dist/${file.replace(/\.ts$/, "")}`,
    );
    sources.flatMap((file) => [`${file}.js`, `${file}.d.ts`]).forEach(write);
    FUNCTIONS.map((name) => `dist/lambda/${name}.zip`).forEach(write);
    ["dist/bundled.json", "dist/THIRD-PARTY-LICENSES.txt", "dist/client/index.mjs", ...NEVER].forEach(write);
    for (const file of [
      "package.json",
      "README.md",
      "README.fr.md",
      "CHANGELOG.md",
      "LICENSE",
      "SECURITY.md",
      "docs",
    ]) {
      cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true });
    }
    cpSync(path.join(ROOT, "cli", "piste.mjs"), path.join(folder, "cli", "piste.mjs"));
    const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: folder,
      encoding: "utf8",
    });
    const [tarball] = JSON.parse(stdout) as { readonly files: readonly { readonly path: string }[] }[];
    return tarball?.files.map((file) => file.path) ?? [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the published package", () => {
  let files: string[];
  beforeAll(() => {
    files = packed();
  });

  it("has nothing in it but code, declarations, the functions' zips, what is bundled with its licences, and pages", () => {
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files.filter((file) => NEVER.includes(file))).toEqual([]);
  });

  it("has all that its package.json points to", () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      main: string;
      types: string;
      bin: Record<string, string>;
      exports: Record<string, string | { types: string; module?: string; default: string }>;
    };
    const entries = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? entry : [entry.types, entry.module ?? entry.default, entry.default],
    );
    const exported = entries.map((file) => path.posix.normalize(file));
    expect(exported.length).toBeGreaterThan(8);
    const zips = FUNCTIONS.map((name) => `dist/lambda/${name}.zip`);
    const needed = [
      manifest.main,
      manifest.types,
      ...Object.values(manifest.bin),
      "dist/cli/piste.js",
      ...zips,
      ...exported,
    ];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["SECURITY.md", "LICENSE", "dist/THIRD-PARTY-LICENSES.txt"]));
  });

  it("has no test, no measurement and no configuration of ours compiled into it", () => {
    const sources = compiled();
    expect(sources).toEqual(expect.arrayContaining(["constructs/index.ts", "cli/piste.ts", "emulator/index.ts"]));
    expect(sources.filter((file) => /^(?:test|bench|stacks|simulation|main)\b|\.test\.ts$/.test(file))).toEqual([]);
  });

  it("has no source map, with sources in it or without", () => {
    const { options } = buildConfiguration();
    const maps = [options.sourceMap, options.inlineSourceMap, options.inlineSources, options.declarationMap];
    expect(maps.filter((map) => map === true)).toEqual([]);
    expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
  });

  it("imports nothing that it does not bring, but what it asks its user for", () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Record<
      "dependencies" | "peerDependencies",
      Record<string, string>
    >;
    const brought = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const missing = compiled().flatMap((file) =>
      ts
        .preProcessFile(readFileSync(path.join(ROOT, file), "utf8"))
        .importedFiles.map(({ fileName }) => fileName)
        .filter((name) => !name.startsWith(".") && !name.startsWith("node:"))
        .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
        .filter((name) => !brought.includes(name))
        .map((name) => `${file}: ${name}`),
    );
    // Loaded by `--local` where something is kept up, which takes a clone.
    expect(missing).toEqual([
      "aws/local/deployed-function.ts: @aws-sdk/client-scheduler",
      "aws/local/deployed-function.ts: fflate",
    ]);
  });
});

it("is made by `npm pack` in a new clone, which installs first what is missing", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  expect(scripts["prepack"]).toBe("npm run build");
  expect(scripts["build"]).toMatch(/^node scripts\/with-dependencies\.mjs build\.ts$/);
});
