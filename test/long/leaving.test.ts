/** Runs the commands of docs/migrating.md: a team brings its secrets, or leaves with them. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { ROOT } from "../../scripts/local/folders";
import { runCommand } from "../../scripts/local/processes";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { succeeded } from "../deploy/fixture";
import { Reader } from "../deploy/typed-commands";
import { codeBlocks } from "../docs/runbook-pages";

const MINUTES = 60_000;

const PAGE = "docs/migrating.md";
const OURS = "piste/qualif/chorus-pro";
const THEIRS = "chorus/qualif/token";
const CLIENT = JSON.stringify({ client_id: "made-up", client_secret: "made-up" });
const TOKEN = {
  access_token: "canary-token-of-made-up-letters",
  token_type: "Bearer",
  scope: "openid",
  issued_at: 1,
  expires_at: 3601,
};
const UNCHANGED = "No changes. Your infrastructure matches the configuration.";

const codeIn = (info: string): string[] =>
  codeBlocks(readFileSync(path.join(ROOT, PAGE), "utf8"))
    .filter((block) => block.info === info)
    .map(({ code }) => code);

let reader: Reader;
const put = (name: string, value: string) =>
  secretsOf(reader.fixture).send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
const valueOf = async (name: string): Promise<string | undefined> => {
  const read = new GetSecretValueCommand({ SecretId: name, VersionStage: "AWSCURRENT" });
  return (await secretsOf(reader.fixture).send(read)).SecretString;
};
const typed = async (words: string, edit?: (code: string) => string): Promise<string> =>
  stripVTControlCharacters((await succeeded(reader.type(PAGE, words, edit))).output);

beforeAll(async () => {
  reader = await Reader.open("somebody who leaves");
  await succeeded(reader.run("npx cdktf deploy qualif"));
  await put(`${OURS}/client`, CLIENT);
}, 5 * MINUTES);
afterAll(async () => {
  await reader.close();
});

describe("a team that arrives", () => {
  it("gets each token copied once into its own secret", async () => {
    const secrets = secretsOf(reader.fixture);
    await secrets.send(new CreateSecretCommand({ Name: THEIRS, SecretString: "{}" }));
    const [code = ""] = codeIn("ts");
    const program = path.join(reader.fixture.folder, "copy.ts");
    // Runs it like a warm function.
    writeFileSync(
      program,
      `${code}\nvoid copyToken().then((is) => copyToken().then((was) => console.log(is, was)));\n`,
    );
    const copies = async (): Promise<string> => {
      const options = { cwd: ROOT, env: reader.fixture.environment };
      return (await succeeded(runCommand("node", ["--import", "tsx", program], options))).output;
    };
    expect(await copies()).toContain("false false");
    await put(`${OURS}/token`, JSON.stringify(TOKEN));
    expect(await copies()).toContain("true true");
    expect(JSON.parse((await valueOf(THEIRS)) ?? "")).toEqual({ token: TOKEN.access_token, expires: 3601 });
    const { Versions } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: THEIRS }));
    expect(Versions).toHaveLength(2);
  });

  it(
    "can import an existing secret of our name with its value",
    async () => {
      const address = "aws_secretsmanager_secret.chorus-pro_client_secret_8118E35D";
      await succeeded(reader.terraform("qualif", "state", "rm", address));
      await typed("terraform import");
      const { output } = await succeeded(reader.terraform("qualif", "state", "list"));
      expect(output).toContain(address);
      expect(await valueOf(`${OURS}/client`)).toBe(CLIENT);
    },
    3 * MINUTES,
  );
});

describe("a team that leaves", () => {
  /** In a folder of the clone. */
  const beside = (code: string): string => code.replaceAll("../piste-", "piste-");

  it(
    "can continue with the JSON alone, without a change",
    async () => {
      expect(await typed("backend_override.tf", beside)).toContain(UNCHANGED);
    },
    3 * MINUTES,
  );

  it(
    "cannot continue with `cdktf synth --hcl`: cdktf writes invalid HCL if a policy's JSON refers to a resource",
    async () => {
      await succeeded(reader.run("npx cdktf synth --hcl --output hcl.out"));
      const written = reader.place.path("hcl.out");
      const { code, output } = await reader.fixture.terraformIn(written, "qualif", "init", "-no-color");
      expect(code).toBe(1);
      expect(output).toMatch(/Missing newline after argument\s+on cdk\.tf line \d+, in resource "aws_iam_role_policy"/);
    },
    3 * MINUTES,
  );

  it(
    "can continue in HCL: nothing is destroyed, replaced or missing",
    async () => {
      await typed("from-constructs/adopt.tf", beside);
      const [settings = ""] = codeIn("hcl");
      writeFileSync(reader.place.path("piste-hcl", "terraform.tfvars"), settings);
      const output = await typed("delete-parameters", (code) => `cd piste-hcl\n${code}`);
      const made = [...output.matchAll(/^ {2}# (\S+) will be created$/gm)].map(([, address]) => address);
      expect([...new Set(made)].sort()).toEqual(["aws_ssm_parameter.accounts[0]", "aws_ssm_parameter.description"]);
      expect(output).toMatch(/^Plan: \d+ to import, 2 to add, \d+ to change, 0 to destroy\.$/m);
      expect(output).toMatch(/^Apply complete! Resources: \d+ imported, 2 added, \d+ changed, 0 destroyed\.$/m);
      expect(output.trimEnd().split("Apply complete!")[1]).toContain(UNCHANGED);
      expect(await valueOf(`${OURS}/client`)).toBe(CLIENT);
    },
    5 * MINUTES,
  );

  it(
    "can keep the secrets with their values, and destroy everything else",
    async () => {
      const before = await secretNames(reader.fixture);
      const output = await typed("plan -destroy");
      expect(output).toContain("Destroy complete!");
      expect(await secretNames(reader.fixture)).toEqual(before);
      expect(before).toContain(`${OURS}/technical-account/default`);
      expect(await valueOf(`${OURS}/client`)).toBe(CLIENT);
      expect(await valueOf(`${OURS}/token`)).toBe(JSON.stringify(TOKEN));
      const left = await succeeded(reader.terraform("qualif", "state", "list"));
      expect(
        left.output
          .trim()
          .split("\n")
          .filter((line) => line.startsWith("aws_")),
      ).toEqual([]);
    },
    5 * MINUTES,
  );
});
