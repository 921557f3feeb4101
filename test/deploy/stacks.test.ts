import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { makeStateBucket } from "../../scripts/local/state-bucket";
import { deployedPolicies, resolvedPolicies } from "./applied-policies";
import { filesBelow } from "./clone";
import { secretNames } from "./emulated-secrets";
import { openFixture, REGION, succeeded, type Fixture } from "./fixture";

const MINUTES = 60_000;

describe("both stacks, deployed", () => {
  let fixture: Fixture;
  let output: string;
  beforeAll(async () => {
    fixture = await openFixture("both stacks");
    output = path.join(fixture.folder, "cdktf.out");
  }, 2 * MINUTES);
  afterAll(async () => {
    await fixture.close();
  });

  it(
    "deploy, have an empty second plan, and are destroyed completely",
    async () => {
      const words = ["qualif", "prod", "--auto-approve", "--output", output, "--skip-provider-lock"];
      await succeeded(fixture.cdktf("deploy", ...words));
      expect(await secretNames(fixture)).toEqual([
        "piste/prod/chorus-pro/client",
        "piste/prod/chorus-pro/technical-account/default",
        "piste/prod/chorus-pro/token",
        "piste/qualif/chorus-pro/client",
        "piste/qualif/chorus-pro/technical-account/default",
        "piste/qualif/chorus-pro/token",
      ]);

      for (const stack of ["qualif", "prod"]) {
        await succeeded(fixture.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
      }
      // The unit tests check exactly these policies, three of them of secrets.
      const resolved = resolvedPolicies(output, "prod");
      expect(Object.keys(resolved)).toHaveLength(5);
      expect(await deployedPolicies(fixture.endpoint, resolved)).toEqual(resolved);
      // The state is beside the synthesized tree, never in it.
      expect(
        readdirSync(fixture.folder)
          .filter((file) => file.endsWith(".tfstate"))
          .sort(),
      ).toEqual(["terraform.prod.tfstate", "terraform.qualif.tfstate"]);

      await succeeded(fixture.cdktf("destroy", ...words));
      expect(await secretNames(fixture)).toEqual([]);
    },
    5 * MINUTES,
  );

  it(
    "stop in the plan if the credentials belong to another account",
    async () => {
      // It has its own state, beside that folder.
      const other = path.join(fixture.folder, "other", "cdktf.out");
      mkdirSync(path.dirname(other));
      const app = ["--app", "node --import tsx test/deploy/other-account-app.ts", "--output", other];
      const result = await fixture.cdktf("deploy", "prod", "--auto-approve", "--skip-provider-lock", ...app);
      expect(result.code).not.toBe(0);
      expect(result.output).toMatch(/AWS account ID not allowed: 123456789012/);
      expect(result.output).not.toMatch(/Creating\.\.\.|Creation complete/);
      expect(readdirSync(path.dirname(other))).toEqual(["cdktf.out"]);
    },
    MINUTES,
  );

  it("contain no path of this machine in Terraform's JSON", () => {
    const read = filesBelow(output).filter((file) => file.endsWith("cdk.tf.json"));
    expect(read).toHaveLength(2);
    for (const file of read) {
      expect(readFileSync(file, "utf8")).not.toContain(path.dirname(fixture.folder));
      expect(readFileSync(file, "utf8")).not.toMatch(/"(\/home|\/root|\/Users|\/tmp)\//);
    }
  });
});

describe("state in S3, with a connection check and encrypted alarms", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture("state in S3");
  }, 2 * MINUTES);
  afterAll(async () => {
    await fixture.close();
  });

  it(
    "is kept only in the bucket, has an empty second plan, and is emptied by destroy",
    async () => {
      const output = path.join(fixture.folder, "cdktf.out");
      const app = [
        "--app",
        "node --import tsx test/deploy/s3-state-app.ts",
        "--output",
        output,
        "--skip-provider-lock",
      ];
      // The long tests deploy the stack that creates it.
      await makeStateBucket({ endpoint: fixture.endpoint, region: REGION }, "test-terraform-state");
      await succeeded(fixture.cdktf("deploy", "qualif", "--auto-approve", ...app));

      expect(readdirSync(fixture.folder).filter((file) => file.endsWith(".tfstate"))).toEqual([]);
      // As of the others, and of a key.
      const resolved = resolvedPolicies(output, "qualif");
      expect(Object.keys(resolved)).toHaveLength(5);
      expect(await deployedPolicies(fixture.endpoint, resolved)).toEqual(resolved);

      await succeeded(fixture.terraformIn(output, "qualif", "plan", "-detailed-exitcode", "-no-color"));
      await succeeded(fixture.cdktf("destroy", "qualif", "--auto-approve", ...app));
      expect(await secretNames(fixture)).toEqual([]);
    },
    5 * MINUTES,
  );
});
