import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientIn } from "../../client/piste-client";
import { MACHINE_CLOCKS } from "../../client/clock";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import { askAws } from "../deploy/applied-policies";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { openFixture, REGION, succeeded, type Fixture } from "../deploy/fixture";

const MINUTES = 60_000;
const TOKEN = "piste/qualif/chorus-pro/token";

describe("an application and its consumers in different stacks", () => {
  let fixture: Fixture;
  let output: string;
  const app = (): string[] => [
    "--app",
    "node --import tsx test/long/consumers-app.ts",
    "--output",
    output,
    "--skip-provider-lock",
  ];

  const iam = (Action: string, more: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ Action, Version: "2010-05-08", ...more }).toString();
    return askAws(fixture.endpoint, "iam", { "content-type": "application/x-www-form-urlencoded" }, body);
  };

  /** The ARN of an existing key. */
  async function createKey(): Promise<string> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.CreateKey" };
    const answer = JSON.parse(await askAws(fixture.endpoint, "kms", headers, "{}")) as {
      KeyMetadata: { Arn: string };
    };
    return answer.KeyMetadata.Arn;
  }

  beforeAll(async () => {
    fixture = await openFixture("consumers");
    output = path.join(fixture.folder, "cdktf.out");
    for (const RoleName of ["found", "by-name", "by-arn"]) {
      const Path = RoleName === "by-arn" ? "/teams/" : "/";
      await iam("CreateRole", { RoleName, Path, AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' });
    }
    const configuration = { endpoint: fixture.endpoint, region: REGION, credentials: LOCAL_CREDENTIALS };
    const { TopicArn = "" } = await new SNSClient(configuration).send(new CreateTopicCommand({ Name: "mailbox" }));
    const key = await createKey();
    Object.assign(fixture.environment, { EXISTING_KEY_ARN: key, EXISTING_TOPIC_ARN: TopicArn });
  }, 2 * MINUTES);
  afterAll(async () => {
    await fixture.close();
  });

  it(
    "are deployed in any order with an empty second plan, and share only names",
    async () => {
      // The consumers come first: their grants need only names.
      await succeeded(fixture.cdktf("deploy", "consumers", "--auto-approve", ...app()));
      await succeeded(fixture.cdktf("deploy", "maker", "--auto-approve", ...app()));
      for (const stack of ["consumers", "maker"]) {
        await succeeded(fixture.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
      }
      expect(await secretNames(fixture)).toEqual([
        "piste/qualif/chorus-pro/client",
        "piste/qualif/chorus-pro/technical-account/default",
        TOKEN,
      ]);
      for (const RoleName of ["made", "found", "by-name", "by-arn"]) {
        const policies = await iam("ListRolePolicies", { RoleName });
        expect([...policies.matchAll(/<member>([^<]*)</g)].map(([, name]) => name).sort()).toEqual([
          "read-piste-qualif-chorus-pro-technical-account-default",
          "read-piste-qualif-chorus-pro-token",
        ]);
      }
    },
    3 * MINUTES,
  );

  it("give a client all its settings", async () => {
    const shown = await succeeded(fixture.terraformIn(output, "consumers", "output", "-json", "variables"));
    const now = Math.floor(Date.now() / 1000);
    const record = {
      access_token: "made-up-by-this-program",
      token_type: "Bearer",
      scope: "openid",
      issued_at: now,
      expires_at: now + 3600,
    };
    await secretsOf(fixture).send(new PutSecretValueCommand({ SecretId: TOKEN, SecretString: JSON.stringify(record) }));
    const before = { ...process.env };
    try {
      Object.assign(process.env, fixture.environment);
      const variables = JSON.parse(shown.output) as Record<string, string>;
      expect(await clientIn({ variables, clocks: MACHINE_CLOCKS }, {}).getToken()).toBe("made-up-by-this-program");
    } finally {
      process.env = before;
    }
  });

  it(
    "are destroyed without the existing resources",
    async () => {
      await succeeded(fixture.cdktf("destroy", "maker", "consumers", "--auto-approve", ...app()));
      expect(await secretNames(fixture)).toEqual([]);
      expect(await iam("ListRolePolicies", { RoleName: "by-arn" })).not.toContain("<member>");
    },
    2 * MINUTES,
  );
});
