/** The pipelines of docs/pipelines.md: pinned, without a secret, and deploying what exists. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { DOWNLOAD } from "../../scripts/local/terraform";

const ROOT = path.resolve(__dirname, "..", "..");
const page = readFileSync(path.join(ROOT, "docs", "pipelines.md"), "utf8");
const WORKFLOWS = path.join(ROOT, ".github", "workflows");

/** What a pipeline that has a secret calls it. */
const SECRET = /secrets\.|access[-_]?key|session[-_]?token|password|client[-_]?secret/i;

const blockOf = (heading: string, language: string): string => {
  const section = page.split(`## ${heading}\n`)[1]?.split(/^## /m)[0] ?? "";
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(section)?.[1] ?? "";
};

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface GitHubJob {
  readonly if?: string;
  readonly needs?: string;
  readonly environment: string;
  readonly concurrency?: string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}
interface GitLabJob {
  readonly extends: string;
  readonly stage: string;
  readonly environment: string | { readonly name: string };
  readonly resource_group?: string;
  readonly rules: readonly Readonly<Record<string, string>>[];
  readonly script: readonly string[];
}

describe("the pipeline for GitHub", () => {
  const text = blockOf("GitHub Actions", "yaml");
  const workflow = parse(text) as { permissions: object; jobs: Record<string, GitHubJob> };
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("uses actions by the hash of a commit, those of our own workflows by the same one", () => {
    const ours = readdirSync(WORKFLOWS)
      .map((file) => readFileSync(path.join(WORKFLOWS, file), "utf8"))
      .join("\n");
    const used = [...text.matchAll(/uses: (\S+)@(\S+)(.*)$/gm)];
    expect(used).toHaveLength(4);
    for (const [, action = "", hash = "", version = ""] of used) {
      expect([hash, version]).toEqual([
        expect.stringMatching(/^[0-9a-f]{40}$/),
        expect.stringMatching(/^ # v\d+\.\d+\.\d+$/),
      ]);
      if (ours.includes(`uses: ${action}@`)) expect(ours).toContain(`uses: ${action}@${hash}${version}\n`);
    }
  });

  it("is given no secret, and an identity instead", () => {
    expect(workflow.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(text).not.toMatch(SECRET);
  });

  it("plans what is proposed, and deploys in order, once at a time", () => {
    const { plan, qualif, prod } = workflow.jobs;
    expect(plan?.if).toBe("github.event_name == 'pull_request'");
    expect(qualif).toMatchObject({ if: "github.event_name == 'push'", environment: "qualif", concurrency: "qualif" });
    expect(prod).toMatchObject({ needs: "qualif", environment: "prod", concurrency: "prod" });
    for (const [name, job] of Object.entries({ plan, qualif, prod })) {
      expect([name, job?.["timeout-minutes"]]).toEqual([name, expect.any(Number)]);
      expect(job?.steps.flatMap(({ run }) => run ?? [])[0]).toBe("npm ci --ignore-scripts");
      expect(job?.steps.at(-1)?.run).toBe(
        name === "plan" ? "npx cdktf diff qualif" : `npx cdktf deploy ${name} --auto-approve`,
      );
    }
  });

  it("has the Terraform that is tested", () => {
    const terraform = steps.filter(({ uses }) => uses?.startsWith("hashicorp/setup-terraform"));
    expect(terraform).toHaveLength(3);
    for (const step of terraform) expect(step.with).toMatchObject({ terraform_version: DOWNLOAD.version });
  });

  it("is trusted by name, for one environment", () => {
    const trust = JSON.parse(blockOf("GitHub Actions", "json")) as { Statement: [{ Condition: object }] };
    expect(trust.Statement[0].Condition).toEqual({
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:our-organisation/our-repository:environment:prod",
      },
    });
  });
});

describe("the pipeline for GitLab", () => {
  const text = blockOf("GitLab CI", "yaml");
  const pipeline = parse(text) as Record<string, unknown>;

  it("is given no secret, and an identity instead", () => {
    expect(pipeline[".deployer"]).toMatchObject({ id_tokens: { AWS_TOKEN: { aud: "https://gitlab.com" } } });
    expect(text).not.toMatch(SECRET);
  });

  it("plans what is proposed, and deploys in order, once at a time, prod when a person says so", () => {
    const { plan, qualif, prod } = pipeline as Record<string, GitLabJob>;
    expect(pipeline["stages"]).toEqual(["plan", "qualif", "prod"]);
    expect(plan?.script).toEqual(["npx cdktf diff qualif"]);
    expect(qualif).toMatchObject({ stage: "qualif", environment: "qualif", resource_group: "qualif" });
    expect(qualif?.script).toEqual(["npx cdktf deploy qualif --auto-approve"]);
    expect(prod).toMatchObject({ stage: "prod", environment: "prod", resource_group: "prod" });
    expect(prod?.script).toEqual(["npx cdktf deploy prod --auto-approve"]);
    expect(prod?.rules).toEqual([expect.objectContaining({ when: "manual" })]);
  });

  it("has the Terraform that is tested, as HashiCorp released it", () => {
    const { version, sha256 } = DOWNLOAD;
    expect(text).toContain(`/terraform/${version}/terraform_${version}_linux_amd64.zip`);
    expect(text).toContain(`echo "${sha256["linux_amd64"]}  /tmp/terraform.zip" | sha256sum --check`);
  });
});
