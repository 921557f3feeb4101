import * as path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { layOut } from "../upgrade/fixture";
import { secretNames, secretsOf } from "./emulated-secrets";
import { openWorkshop, succeeded, type Workshop } from "./local-tools";

const MINUTES = 60_000;

const VALUE = JSON.stringify({ made: "up", canary: "canary-upgrade-4f1c" });

let workshop: Workshop;
let output: string;
beforeAll(async () => {
  workshop = await openWorkshop("upgrade");
  output = path.join(workshop.folder, "cdktf.out");
}, 2 * MINUTES);
afterAll(async () => {
  await workshop.close();
});

const terraform = (...words: string[]) => succeeded(workshop.terraformIn(output, "prod", ...words));

async function valuesOf(names: readonly string[]): Promise<unknown[]> {
  return Promise.all(
    names.map(async (name) => {
      const { Name, VersionId, SecretString } = await secretsOf(workshop).send(
        new GetSecretValueCommand({ SecretId: name }),
      );
      return { Name, VersionId, SecretString };
    }),
  );
}

it(
  "prod as it was deployed before becomes what it is now: nothing is destroyed, and every value stays",
  async () => {
    layOut(output, "prod");
    await terraform("init", "-no-color");
    await terraform("apply", "-auto-approve", "-no-color");
    const names = await secretNames(workshop);
    expect(names).toHaveLength(3);
    for (const name of names) {
      await secretsOf(workshop).send(new PutSecretValueCommand({ SecretId: name, SecretString: VALUE }));
    }
    const before = await valuesOf(names);

    await succeeded(workshop.cdktf("synth", "--output", output));
    await terraform("init", "-no-color");
    await terraform("plan", "-out", "upgrade.plan", "-no-color");
    const { output: plan } = await terraform("show", "-json", "upgrade.plan");
    const { resource_changes: changes } = JSON.parse(plan.slice(plan.indexOf("{"))) as {
      resource_changes: { address: string; change: { actions: string[] } }[];
    };
    expect(changes.length).toBeGreaterThan(20);
    const harmless = new Set(["no-op", "create", "update", "read"]);
    expect(changes.filter(({ change }) => !change.actions.every((action) => harmless.has(action)))).toEqual([]);
    expect(plan).not.toContain("canary-upgrade");

    await terraform("apply", "-no-color", "upgrade.plan");
    await terraform("plan", "-detailed-exitcode", "-no-color");
    expect(await secretNames(workshop)).toEqual(names);
    expect(await valuesOf(names)).toEqual(before);
  },
  4 * MINUTES,
);
