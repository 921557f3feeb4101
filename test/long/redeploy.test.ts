import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { policyOf, secretNames, secretsOf } from "../deploy/emulated-secrets";
import { openFixture, succeeded, type Fixture } from "../deploy/fixture";
import { type } from "../deploy/typed-commands";

const MINUTES = 60_000;

const CLIENT = "piste/prod/chorus-pro/client";
const VALUE = JSON.stringify({ client_id: "made-up", client_secret: "made-up" });

describe("both stacks, after their destruction", () => {
  let fixture: Fixture;
  let output: string;
  beforeAll(async () => {
    fixture = await openFixture("redeployed stacks");
    output = path.join(fixture.folder, "cdktf.out");
    const words = ["qualif", "prod", "--auto-approve", "--output", output, "--skip-provider-lock"];
    await succeeded(fixture.cdktf("deploy", ...words));
    await secretsOf(fixture).send(new PutSecretValueCommand({ SecretId: CLIENT, SecretString: VALUE }));
    await succeeded(fixture.cdktf("destroy", ...words));
    expect(await secretNames(fixture)).toEqual([]);
  }, 5 * MINUTES);
  afterAll(async () => {
    await fixture.close();
  });

  it(
    "can be deployed again on the same day: qualif directly, prod with its values by the documented commands",
    async () => {
      await succeeded(type(fixture, "docs/state.md", "restore-secret", output));
      await succeeded(fixture.terraformIn(output, "qualif", "apply", "-auto-approve", "-no-color"));
      for (const stack of ["qualif", "prod"]) {
        await succeeded(fixture.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
      }
      const { SecretString } = await secretsOf(fixture).send(new GetSecretValueCommand({ SecretId: CLIENT }));
      expect(SecretString).toBe(VALUE);
      expect(await policyOf(fixture, CLIENT)).toEqual(["RefuseWithoutTls", "RefuseOtherReaders"]);
    },
    3 * MINUTES,
  );

  it(
    "admit an operator by the documented commands, and restore the policy at the next deployment",
    async () => {
      const page = "docs/decisions/guard-rails.md";
      const { output: said } = await succeeded(type(fixture, page, "get-resource-policy", output));
      expect(said).toContain('"Sid":"RefuseOtherReaders"');
      expect(said).toContain('"arn:aws:iam::123456789012:role/piste-prod-chorus-pro-token-refresh"');
      expect(await policyOf(fixture, CLIENT)).toEqual([]);
      await succeeded(fixture.terraformIn(output, "prod", "apply", "-auto-approve", "-no-color"));
      expect(await policyOf(fixture, CLIENT)).toEqual(["RefuseWithoutTls", "RefuseOtherReaders"]);
    },
    MINUTES,
  );
});
