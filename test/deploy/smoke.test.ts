/** The main job with the real tools, for `npm test`; `npm run test:all` has the other deployments. */
import * as path from "node:path";
import { afterAll, expect, it } from "@jest/globals";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { clientConfiguration, readDeployedFunction, runAsLambda } from "../../aws/local/deployed-function";
import { startEmulator } from "../../emulator";
import { descriptionParameterName } from "../../piste/names";
import { deployedApplications } from "../../scripts/local/deployed-applications";
import { firstCall, readToken } from "../../scripts/local/first-call";
import { openFixture, REGION, succeeded, type Fixture } from "./fixture";

const MINUTES = 60_000;
/** The emulator lost the answer of a creation, so that Terraform tried again: about once in twenty deployments. */
const LOST_ANSWER = /ConflictException: Schedule \S+ already exists/;

/** The emulator has only one. */
const EMULATED_ACCOUNT = "123456789012";

const CLIENT = { client_id: "canary-id", client_secret: "canary-secret" };
const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password" };

let fixture: Fixture;
afterAll(async () => {
  await fixture.close();
});

/** Deploys both stacks; retries in a new emulator only if the first one lost an answer. */
async function deployBoth(): Promise<{ readonly output: string; readonly deployed: string }> {
  for (let isFirst = true; ; isFirst = false) {
    fixture = await openFixture("smoke");
    const output = path.join(fixture.folder, "cdktf.out");
    const words = ["qualif", "prod", "--auto-approve", "--output", output, "--skip-provider-lock"];
    const result = await fixture.cdktf("deploy", ...words);
    const [lost] = LOST_ANSWER.exec(result.output) ?? [];
    if (!isFirst || result.code === 0 || lost === undefined) {
      return { output, deployed: (await succeeded(Promise.resolve(result))).output };
    }
    console.warn(`deploying once more: ${lost}`);
    await fixture.close();
  }
}

it(
  "deploys both stacks with an empty second plan, and calls an API with the deployed function's token",
  async () => {
    const { output, deployed } = await deployBoth();
    for (const stack of ["qualif", "prod"]) {
      await succeeded(fixture.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
    }

    const place = { endpoint: fixture.endpoint, region: REGION };
    const [application] = await deployedApplications("qualif", place);
    if (application === undefined) throw new Error("no application of qualif is described");
    const { description, accounts } = application;
    const secrets = new SecretsManagerClient(clientConfiguration(place));
    const emulator = await startEmulator();
    try {
      const { platform } = emulator.piste;
      platform.addClient(CLIENT);
      platform.addAccount(ACCOUNT);
      for (const { structure } of accounts) platform.addStructure({ ...structure, name: "Structure fictive" });
      for (const [name, value] of [
        [description.clientSecret, CLIENT],
        [accounts[0]?.secret, ACCOUNT],
      ] as const) {
        await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(value) }));
      }

      const code = path.join(fixture.folder, "code");
      const refresher = await readDeployedFunction(description, place, code);
      const { result, log } = await runAsLambda(refresher, place, emulator.tokenEndpoint, fixture.runId);
      expect(result.outcome).toBe("refreshed");
      const token = await readToken(secrets, application);
      expect(await firstCall(secrets, application, token, emulator.apiBaseUrl)).toMatchObject({
        status: 200,
        answer: expect.stringContaining("codeRetour 0"),
      });
      // Deployed resources and logs contain no value.
      for (const value of [CLIENT.client_secret, ACCOUNT.password, token.access_token]) {
        expect(deployed + log).not.toContain(value);
      }

      // A person who may write one parameter names a function: of this account by its ARN, then of another account.
      const ssm = new SSMClient(clientConfiguration(place));
      const describeWith = async (account: string): Promise<string[]> => {
        const named = `arn:aws:lambda:${REGION}:${account}:function:${description.function}`;
        const parameter = descriptionParameterName(description.environment, description.application);
        const text = JSON.stringify({ ...description, function: named });
        await ssm.send(new PutParameterCommand({ Name: parameter, Value: text, Overwrite: true }));
        return (await deployedApplications("qualif", place)).map((one) => one.description.function);
      };
      expect(await describeWith(EMULATED_ACCOUNT)).toContain(description.function);
      await expect(describeWith("999999999999")).rejects.toThrow(/another AWS account or region \(function\)/);
    } finally {
      await emulator.stop();
    }
  },
  5 * MINUTES,
);
