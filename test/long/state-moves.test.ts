import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ROOT } from "../../scripts/local/folders";
import { s3Client } from "../../scripts/local/state-bucket";
import { stateIn } from "../deploy/clone";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { REGION, succeeded } from "../deploy/fixture";
import { Reader } from "../deploy/typed-commands";

const MINUTES = 60_000;

const PAGE = "docs/state.md";
const BUCKET = "my-company-terraform-state";
const CLIENT = "piste/qualif/chorus-pro/client";
const VALUE = JSON.stringify({ client_id: "made-up", client_secret: "made-up" });
const FILE = "terraform.qualif.tfstate";
const UNCHANGED = "No changes. Your infrastructure matches the configuration.";

const inS3 = stateIn(BUCKET);
const inFile = (text: string): string => text;

describe("a state that is moved", () => {
  let reader: Reader;
  let arns: string[];

  const s3 = () => s3Client({ endpoint: reader.fixture.endpoint, region: REGION });
  /** The emulator would refuse everything in the bucket with it. */
  const takePolicyOff = async (): Promise<void> => {
    await s3().send(new DeleteBucketPolicyCommand({ Bucket: BUCKET }));
  };
  /** Their ARNs end in random characters. */
  const secretArns = async (): Promise<string[]> => {
    const secrets = secretsOf(reader.fixture);
    const names = await secretNames(reader.fixture);
    const described = await Promise.all(
      names.map((name) => secrets.send(new DescribeSecretCommand({ SecretId: name }))),
    );
    return described.map(({ ARN = "" }) => ARN);
  };
  const expectNothingLost = async (): Promise<void> => {
    expect(await secretArns()).toEqual(arns);
    const { SecretString } = await secretsOf(reader.fixture).send(new GetSecretValueCommand({ SecretId: CLIENT }));
    expect(SecretString).toBe(VALUE);
  };
  const typed = async (words: string | RegExp, edit?: (code: string) => string): Promise<string> =>
    (await succeeded(reader.type(PAGE, words, edit))).output;
  const files = (): string[] => readdirSync(reader.place.folder).filter((file) => file.startsWith("terraform."));

  beforeAll(async () => {
    reader = await Reader.open("a state that is moved");
    await succeeded(reader.run("npx cdktf deploy qualif"));
    await secretsOf(reader.fixture).send(new PutSecretValueCommand({ SecretId: CLIENT, SecretString: VALUE }));
    arns = await secretArns();
    expect(arns).toHaveLength(3);
  }, 5 * MINUTES);
  afterAll(async () => {
    await reader.close();
  });

  it(
    "gets the documented bucket with an empty second plan, which no plan can destroy or replace",
    async () => {
      reader.place.configure("qualif", inS3);
      await typed(/^npx cdktf deploy state\n$/);
      await succeeded(reader.terraform("state", "plan", "-detailed-exitcode", "-no-color"));
      const { Policy = "" } = await s3().send(new GetBucketPolicyCommand({ Bucket: BUCKET }));
      expect(Policy).toContain('"aws:SecureTransport":"false"');
      expect(Policy).toContain(`"arn:aws:s3:::${BUCKET}/*"`);
      expect(existsSync(reader.place.path("terraform.state.tfstate"))).toBe(true);

      const destroyed = await reader.terraform("state", "plan", "-destroy", "-no-color");
      expect(destroyed).toMatchObject({ code: 1, output: expect.stringContaining("Instance cannot be destroyed") });
      reader.place.configure("qualif", (text) => inS3(text).replace(BUCKET, "another-name"));
      await succeeded(reader.run("npx cdktf synth"));
      const replaced = await reader.terraform("state", "plan", "-no-color");
      expect(replaced).toMatchObject({ code: 1, output: expect.stringContaining("Instance cannot be destroyed") });
      reader.place.configure("qualif", inS3);
      await takePolicyOff();
    },
    5 * MINUTES,
  );

  it(
    "causes a warning if forgotten, makes the deployment fail without harm, and can still be moved",
    async () => {
      // Terraform asks if it remembers the file.
      reader.forgetSynthesis();
      const { code, output } = await reader.run("npx cdktf deploy qualif");
      expect(code).not.toBe(0);
      expect(output).toContain(`${FILE} exists, but stacks/qualif.ts keeps the state in S3`);
      expect(output).toContain("already exists");
      await expectNothingLost();

      const push = "terraform state push";
      const refused = await reader.type(PAGE, `-reconfigure && ${push}`);
      expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("unrelated state") });
      const said = await typed(`-reconfigure && ${push}`, (block) => block.replace(push, `${push} -force`));
      // AWS refuses to create an existing schedule group; the emulator replaces it by an empty one.
      expect(said.match(/\S+ \(.*\) will be created/g)).toEqual([
        expect.stringMatching(/^aws_scheduler_schedule\./),
        expect.stringMatching(/^aws_scheduler_schedule\./),
      ]);
      expect(said).toContain("Plan: 2 to add, 0 to change, 0 to destroy.");
      await expectNothingLost();
    },
    5 * MINUTES,
  );

  it(
    "returns to a file and to the bucket by the documented commands",
    async () => {
      await typed(".moved");
      expect(files().filter((file) => file.startsWith(FILE))).toEqual([`${FILE}.moved`]);

      await typed("terraform state pull");
      reader.place.configure("qualif", inFile);
      const back = await typed(/terraform init -reconfigure\)\n/);
      expect(back).toContain(UNCHANGED);
      await typed("aws s3 rm");

      reader.place.configure("qualif", inS3);
      const again = await typed("-reconfigure && terraform state push");
      expect(again).toContain(UNCHANGED);
      await typed(".moved");
      const quiet = await succeeded(reader.run("npx cdktf synth"));
      expect(quiet.output).not.toContain("keeps the state in S3");
      await expectNothingLost();
    },
    5 * MINUTES,
  );

  it(
    "moves with cdktf's own flag in both directions, if the last synthesis still exists",
    async () => {
      expect(readFileSync(path.join(ROOT, PAGE), "utf8")).toContain("npx cdktf deploy qualif --migrate-state");
      for (const configuration of [inFile, inS3]) {
        reader.place.configure("qualif", configuration);
        const asked = await reader.run("npx cdktf deploy qualif");
        expect(asked).toMatchObject({ code: 1, output: expect.stringContaining("Backend configuration changed") });
        const { output } = await succeeded(reader.run("npx cdktf deploy qualif --migrate-state"));
        expect(output).toContain(UNCHANGED);
      }
      await expectNothingLost();
      await typed(".moved");
    },
    5 * MINUTES,
  );

  it(
    "survives the loss of its bucket's state, which can be imported again",
    async () => {
      for (const file of files().filter((name) => name.startsWith("terraform.state."))) rmSync(reader.place.path(file));
      const refused = await reader.run("npx cdktf deploy state");
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain("BucketAlreadyOwnedByYou");

      await typed("terraform import aws_s3_bucket.bucket");
      await succeeded(reader.terraform("state", "plan", "-detailed-exitcode", "-no-color"));
      await takePolicyOff();
      await expectNothingLost();
    },
    5 * MINUTES,
  );

  it(
    "is deleted with its bucket after a deliberate change",
    async () => {
      await succeeded(reader.run("npx cdktf destroy qualif"));
      await typed("delete-bucket");
      await expect(s3().send(new HeadBucketCommand({ Bucket: BUCKET }))).rejects.toMatchObject({ name: "NotFound" });
      expect(files().filter((file) => file === "terraform.state.tfstate")).toEqual([]);
    },
    2 * MINUTES,
  );
});
