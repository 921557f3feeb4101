import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { stateKey } from "../../aws/names";
import { ROOT } from "../../scripts/local/folders";
import { processesOf } from "../../scripts/local/processes";
import { makeStateBucket, s3Client } from "../../scripts/local/state-bucket";
import { codeBlocks } from "../docs/runbook-pages";
import { stateIn } from "../deploy/clone";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { REGION, succeeded } from "../deploy/fixture";
import { Reader } from "../deploy/typed-commands";

const MINUTES = 60_000;

const PAGE = "docs/state.md";
const BUCKET = "my-company-terraform-state";
const KEY = stateKey("qualif");
const CLIENT = "piste/qualif/chorus-pro/client";
const ADDED = "piste/qualif/added/client";
const VALUE = JSON.stringify({ client_id: "made-up", client_secret: "made-up" });
const UNCHANGED = "No changes. Your infrastructure matches the configuration.";
const UNLOCK_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

const inS3 = stateIn(BUCKET);
const withTag = (text: string): string =>
  inS3(text).replace("state:", 'landingZone: { tags: { team: "billing" } },\n  state:');
const withAnotherApplication = (text: string): string =>
  withTag(text).replace("applications: [", 'applications: [{ name: "added" }, ');

describe("a state in S3", () => {
  let reader: Reader;

  const place = () => ({ endpoint: reader.fixture.endpoint, region: REGION });
  const version = async (key: string): Promise<string | undefined> =>
    (await s3Client(place()).send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }))).VersionId;
  const typed = async (words: string | RegExp, edit?: (code: string) => string): Promise<string> =>
    (await succeeded(reader.type(PAGE, words, edit))).output;
  const expectUnchanged = (): Promise<unknown> =>
    succeeded(reader.terraform("qualif", "plan", "-detailed-exitcode", "-no-color"));

  beforeAll(async () => {
    reader = await Reader.open("a state that is locked");
    reader.place.configure("qualif", inS3);
    await makeStateBucket(place(), BUCKET);
    await succeeded(reader.run("npx cdktf deploy qualif"));
    await secretsOf(reader.fixture).send(new PutSecretValueCommand({ SecretId: CLIENT, SecretString: VALUE }));
  }, 5 * MINUTES);
  afterAll(async () => {
    await reader.close();
  });

  it(
    "is locked by one deployment at a time: the second learns who has the lock, and the first is not affected",
    async () => {
      reader.place.configure("qualif", withTag);
      await succeeded(reader.run("npx cdktf synth"));
      const before = await version(KEY);
      // It has the lock while it waits for approval.
      const { terraform, environment } = reader.fixture;
      const cwd = reader.place.path("cdktf.out", "stacks", "qualif");
      const first = spawn(terraform, ["apply", "-no-color"], { cwd, env: environment });
      let said = "";
      first.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
      while (!said.includes("Enter a value:")) {
        if (first.exitCode !== null) throw new Error(`ended before it asked:\n${said}`);
        await sleep(50);
      }

      const second = await reader.run("npx cdktf deploy qualif");
      expect(second.code).not.toBe(0);
      // The page quotes this text, for people who search it.
      const [shown = ""] = codeBlocks(readFileSync(path.join(ROOT, PAGE), "utf8")).flatMap(({ code }) =>
        code.includes("Lock Info") ? [code] : [],
      );
      const words = shown.split("\n").flatMap((line) => /^Error: .*|^Lock Info:|^ +\w+:/.exec(line)?.[0].trim() ?? []);
      expect(words).toContain("Who:");
      for (const word of words) expect(second.output).toContain(word);
      expect(second.output).toMatch(/Path: +my-company-terraform-state\/cdktf-piste\/qualif\.tfstate/);
      expect(second.output).not.toMatch(/Creating\.\.\.|Modifying\.\.\./);
      expect(await version(KEY)).toBe(before);

      first.stdin.end("yes\n");
      await once(first, "close");
      expect({ code: first.exitCode, said }).toMatchObject({
        code: 0,
        said: expect.stringContaining("Apply complete!"),
      });
      await expectUnchanged();
    },
    10 * MINUTES,
  );

  it(
    "is unlocked after a killed deployment, and recovers its resources, by the documented commands",
    async () => {
      reader.place.configure("qualif", withAnotherApplication);
      let said: string | undefined;
      const killed = reader.run("npx cdktf deploy qualif").then(({ output }) => (said = output));
      while (!(await secretNames(reader.fixture)).includes(ADDED)) {
        if (said !== undefined) throw new Error(`ended before it made ${ADDED}:\n${said}`);
        await sleep(20);
      }
      await killTerraform(reader.fixture.runId);
      await killed;
      expect(await version(`${KEY}.tflock`)).toBeDefined();
      const secrets = secretsOf(reader.fixture);
      const { ARN } = await secrets.send(new DescribeSecretCommand({ SecretId: ADDED }));

      const { code, output } = await reader.run("npx cdktf deploy qualif");
      expect(code).not.toBe(0);
      const [id = ""] = UNLOCK_ID.exec(output.slice(output.indexOf("Lock Info"))) ?? [];
      const unlocked = await reader.type(PAGE, "force-unlock", (block) => block.replace(UNLOCK_ID, id));
      expect(unlocked.output).toContain("Terraform state has been successfully unlocked!");
      // Created, but not in the state.
      expect(unlocked.output).toContain("already exists");
      expect(unlocked.code).not.toBe(0);

      await typed("terraform import -input=false");
      await expectUnchanged();
      expect(await secrets.send(new DescribeSecretCommand({ SecretId: ADDED }))).toMatchObject({ ARN });
      expect(await secrets.send(new GetSecretValueCommand({ SecretId: CLIENT }))).toMatchObject({
        SecretString: VALUE,
      });
    },
    10 * MINUTES,
  );

  it(
    "can be restored to an older version, and back",
    async () => {
      const listed = (await typed("--prefix cdktf-piste")).trim().split("\n");
      expect(listed.length).toBeGreaterThan(3);
      const [newest = "", oldest = ""] = [listed[0], listed.at(-1)].map((line) => line?.split("\t")[1]);
      expect(newest).toBe(await version(KEY));
      const goTo = (chosen: string): Promise<string> =>
        typed("get-object", (block) => block.replace("VERSION_ID", chosen));
      expect(await goTo(oldest)).toMatch(/added\/client.* will be created/);
      expect(await goTo(newest)).toContain(UNCHANGED);
    },
    10 * MINUTES,
  );
});

/** Kills a run's applying process, not those that wait for it. */
async function killTerraform(runId: string): Promise<void> {
  for (const pid of await processesOf(runId)) {
    const { stdout } = await promisify(execFile)("ps", ["-o", "args=", "-p", String(pid)]).catch(() => ({
      stdout: "",
    }));
    if (/^\S*terraform apply /.test(stdout)) process.kill(pid, "SIGKILL");
  }
}
