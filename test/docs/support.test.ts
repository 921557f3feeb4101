/** docs/support.md and the READMEs name the versions that the code, the manifest and CI name. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { DEFAULT_RUNTIME, RUNTIME_ENDS } from "../../constructs/functions/function-options";
import { DOWNLOAD, OLDEST_VERSION } from "../../scripts/local/terraform";
import { CDK_TERRAINS_OLDEST_NODE as OLDEST_NODE } from "../package/project";

const ROOT = path.resolve(__dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const page = read("docs/support.md");
const manifest = JSON.parse(read("package.json")) as Record<
  "engines" | "devDependencies" | "peerDependencies",
  Record<string, string>
>;

/** The cells of the row that begins with this. */
const row = (first: string): string[] =>
  page
    .split("\n")
    .find((line) => line.startsWith(`| ${first}`))
    ?.split(" | ")
    .slice(1) ?? [];

describe("docs/support.md", () => {
  it("has the Node of the manifest and of CI", () => {
    const [works, tested] = row("Node");
    const { jobs } = parse(read(".github/workflows/ci.yml")) as {
      jobs: { test: { strategy: { matrix: { node: number[] } } } };
    };
    expect(`>=${works?.split(" ")[0]}`).toBe(manifest.engines["node"]);
    expect(tested).toBe(jobs.test.strategy.matrix.node.join(", "));
  });

  it("has the runtimes of Lambda that the constructs take, with their ends", () => {
    const [works, , ends = ""] = row("AWS Lambda's runtime");
    expect(works).toBe(
      Object.keys(RUNTIME_ENDS)
        .map((name) => `\`${name}\``)
        .join(", "),
    );
    for (const [name, end] of Object.entries(RUNTIME_ENDS)) expect(ends).toContain(`\`${name}\`: ${end}`);
    expect(read("README.md")).toContain(
      `\`${DEFAULT_RUNTIME}\`, until AWS ends it on ${RUNTIME_ENDS[DEFAULT_RUNTIME]}`,
    );
  });

  it("has the oldest Terraform that is taken and the one that is tested", () => {
    const oldest = `${OLDEST_VERSION.join(".")} or newer`;
    expect(row("Terraform")).toEqual([oldest, DOWNLOAD.version, expect.any(String)]);
    expect(row("OpenTofu")[0]).toContain(oldest);
    expect(read("README.md")).toContain(`| Terraform | ${OLDEST_VERSION.join(".")} and newer |`);
  });

  it("has the packages of the manifest", () => {
    const [aws = ""] = row("AWS provider");
    const [, from = "", below = ""] =
      /^>=(\S+) <(\S+)$/.exec(manifest.peerDependencies["@cdktf/provider-aws"] ?? "") ?? [];
    expect(aws).toContain(`\`@cdktf/provider-aws\` ${from} or newer, below ${below}`);
    const [works, tested] = row("cdktf");
    expect(manifest.peerDependencies["cdktf"]).toBe(`^${works}.0`);
    expect(tested).toBe(manifest.devDependencies["cdktf"]);
  });

  it("has the packages of CDK Terrain, and so have the pages on constructs", () => {
    const [works = "", tested = ""] = row("CDK Terrain");
    const [, version = ""] = /^\^(\d+\.\d+)\.0$/.exec(manifest.peerDependencies["cdktn"] ?? "") ?? [];
    const [, oldest = "", major = ""] =
      /^\^((\d+)\.\d+)\.0$/.exec(manifest.peerDependencies["@cdktn/provider-aws"] ?? "") ?? [];
    const below = String(Number(major) + 1);
    expect(works).toContain(`${version}, by \`@cdktn/provider-aws\` ${oldest} or newer, below ${below}`);
    expect(tested).toContain(
      `${manifest.devDependencies["cdktn"]}, with ${manifest.devDependencies["@cdktn/provider-aws"]} `,
    );
    expect(works).toContain(`Node ${OLDEST_NODE.join(".")} or newer`);
    expect(read("docs/constructs.md")).toContain(
      `(https://cdktn.io) ${version}, on Node ${OLDEST_NODE.join(".")} or newer | \`cdktn\`, \`@cdktn/provider-aws\` (${oldest} or newer, below ${below})`,
    );
    expect(read("docs/constructs.fr.md")).toContain(
      `(https://cdktn.io) ${version}, avec Node ${OLDEST_NODE.join(".")} ou plus récent | \`cdktn\`, \`@cdktn/provider-aws\` (à partir de ${oldest}, avant ${below})`,
    );
  });
});
