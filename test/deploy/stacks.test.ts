import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { LOCAL_CREDENTIALS } from "../../scripts/local/environment";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { codeBlocks } from "../docs/runbook-pages";
import { deployedPolicies, resolvedPolicies } from "./applied-policies";
import { filesBelow } from "./clone";
import { openWorkshop, REGION, succeeded, type Workshop } from "./local-tools";

const MINUTES = 60_000;

const CLIENT = "piste/prod/chorus-pro/client";
const VALUE = JSON.stringify({ client_id: "made-up", client_secret: "made-up" });

const secretsOf = ({ endpoint }: Workshop): SecretsManagerClient =>
  new SecretsManagerClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });

async function secretNames(workshop: Workshop): Promise<string[]> {
  const { SecretList = [] } = await secretsOf(workshop).send(new ListSecretsCommand({}));
  return SecretList.map(({ Name }) => Name ?? "").sort();
}

/** The ids of what the secret's own policy says, as AWS has it. */
async function policyOf(workshop: Workshop, secret: string): Promise<string[]> {
  const { ResourcePolicy } = await secretsOf(workshop).send(new GetResourcePolicyCommand({ SecretId: secret }));
  const { Statement = [] } = JSON.parse(ResourcePolicy ?? "{}") as { Statement?: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid);
}

/** Runs the commands of a page that have this word, as a reader types them, who answers `yes`. */
function type(workshop: Workshop, page: string, word: string, output: string): Promise<CommandResult> {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const [block, ...more] = codeBlocks(text).filter(({ info, code }) => info === "sh" && code.includes(word));
  if (block === undefined || more.length > 0) throw new Error(`${page} must have one block with ${word}`);
  const script = path.join(workshop.folder, "typed.sh");
  writeFileSync(script, block.code.replaceAll("cdktf.out", `"${output}"`));
  const { PATH = "" } = workshop.environment;
  return runCommand("bash", ["-c", 'bash -eu -o pipefail "$1" <<< yes', "bash", script], {
    cwd: ROOT,
    env: {
      ...workshop.environment,
      CDKTF_OUTPUT: output,
      PATH: `${path.dirname(workshop.terraform)}${path.delimiter}${PATH}`,
    },
  });
}

describe("both stacks, deployed for real", () => {
  let workshop: Workshop;
  let output: string;
  beforeAll(async () => {
    workshop = await openWorkshop("both stacks");
    output = path.join(workshop.folder, "cdktf.out");
  }, 2 * MINUTES);
  afterAll(async () => {
    await workshop.close();
  });

  it(
    "deploy, plan again without a change, and are destroyed without a trace",
    async () => {
      const words = ["qualif", "prod", "--auto-approve", "--output", output, "--skip-provider-lock"];
      await succeeded(workshop.cdktf("deploy", ...words));
      expect(await secretNames(workshop)).toEqual([
        "piste/prod/chorus-pro/client",
        "piste/prod/chorus-pro/technical-account/default",
        "piste/prod/chorus-pro/token",
        "piste/qualif/chorus-pro/client",
        "piste/qualif/chorus-pro/technical-account/default",
        "piste/qualif/chorus-pro/token",
      ]);

      for (const stack of ["qualif", "prod"]) {
        await succeeded(workshop.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
      }
      // What the unit tests prove of policies they prove of these, three of them the secrets' own.
      const resolved = resolvedPolicies(output, "prod");
      expect(Object.keys(resolved)).toHaveLength(5);
      expect(await deployedPolicies(workshop.endpoint, resolved)).toEqual(resolved);
      // The state is beside the synthesized tree, never in it.
      expect(
        readdirSync(workshop.folder)
          .filter((file) => file.endsWith(".tfstate"))
          .sort(),
      ).toEqual(["terraform.prod.tfstate", "terraform.qualif.tfstate"]);

      await secretsOf(workshop).send(new PutSecretValueCommand({ SecretId: CLIENT, SecretString: VALUE }));
      await succeeded(workshop.cdktf("destroy", ...words));
      expect(await secretNames(workshop)).toEqual([]);
    },
    5 * MINUTES,
  );

  it(
    "are deployed again on the same day: qualif as it is, prod with its values, by the README's commands",
    async () => {
      await succeeded(type(workshop, "README.md", "restore-secret", output));
      await succeeded(workshop.terraformIn(output, "qualif", "apply", "-auto-approve", "-no-color"));
      for (const stack of ["qualif", "prod"]) {
        await succeeded(workshop.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
      }
      const { SecretString } = await secretsOf(workshop).send(new GetSecretValueCommand({ SecretId: CLIENT }));
      expect(SecretString).toBe(VALUE);
      expect(await policyOf(workshop, CLIENT)).toEqual(["RefuseWithoutTls", "RefuseOtherReaders"]);
    },
    3 * MINUTES,
  );

  it(
    "let an operator in again by the commands for it, and put the policy back when they are deployed",
    async () => {
      const page = "docs/decisions/guard-rails.md";
      const { output: said } = await succeeded(type(workshop, page, "get-resource-policy", output));
      expect(said).toContain('"Sid":"RefuseOtherReaders"');
      expect(said).toContain('"arn:aws:iam::123456789012:role/piste-prod-chorus-pro-token-refresh"');
      expect(await policyOf(workshop, CLIENT)).toEqual([]);
      await succeeded(workshop.terraformIn(output, "prod", "apply", "-auto-approve", "-no-color"));
      expect(await policyOf(workshop, CLIENT)).toEqual(["RefuseWithoutTls", "RefuseOtherReaders"]);
    },
    MINUTES,
  );

  it(
    "stop in the plan when the credentials are of another account than the configured one",
    async () => {
      // A state of its own, beside that folder.
      const other = path.join(workshop.folder, "other", "cdktf.out");
      mkdirSync(path.dirname(other));
      const app = ["--app", "node --import tsx test/deploy/other-account-app.ts", "--output", other];
      const result = await workshop.cdktf("deploy", "prod", "--auto-approve", "--skip-provider-lock", ...app);
      expect(result.code).not.toBe(0);
      expect(result.output).toMatch(/AWS account ID not allowed: 123456789012/);
      expect(result.output).not.toMatch(/Creating\.\.\.|Creation complete/);
      expect(readdirSync(path.dirname(other))).toEqual(["cdktf.out"]);
    },
    MINUTES,
  );

  it("has no path of this machine in what Terraform reads", () => {
    const read = filesBelow(output).filter((file) => file.endsWith("cdk.tf.json"));
    expect(read).toHaveLength(2);
    for (const file of read) {
      expect(readFileSync(file, "utf8")).not.toContain(path.dirname(workshop.folder));
      expect(readFileSync(file, "utf8")).not.toMatch(/"(\/home|\/root|\/Users|\/tmp)\//);
    }
  });
});

describe("state in S3, with a connection check and encrypted alarms", () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop("state in S3");
  }, 2 * MINUTES);
  afterAll(async () => {
    await workshop.close();
  });

  it(
    "is kept in the bucket that the stack `state` makes, plans again without a change, and is emptied by destroy",
    async () => {
      const output = path.join(workshop.folder, "cdktf.out");
      const app = [
        "--app",
        "node --import tsx test/deploy/s3-state-app.ts",
        "--output",
        output,
        "--skip-provider-lock",
      ];
      await succeeded(workshop.cdktf("deploy", "state", "--auto-approve", ...app));
      await succeeded(workshop.cdktf("deploy", "qualif", "--auto-approve", ...app));

      expect(readdirSync(workshop.folder).filter((file) => file.endsWith(".tfstate"))).toEqual([
        "terraform.state.tfstate",
      ]);
      // As of the others, and of a key.
      const resolved = resolvedPolicies(output, "qualif");
      expect(Object.keys(resolved)).toHaveLength(5);
      expect(await deployedPolicies(workshop.endpoint, resolved)).toEqual(resolved);

      for (const stack of ["state", "qualif"]) {
        await succeeded(workshop.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
      }
      await succeeded(workshop.cdktf("destroy", "qualif", "--auto-approve", ...app));
      expect(await secretNames(workshop)).toEqual([]);
    },
    5 * MINUTES,
  );
});
