/** The main job once, with the real tools, for `npm test`; all else that is deployed is in `npm run test:all`. */
import * as path from "node:path";
import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientConfiguration, readDeployedFunction, runAsLambda } from "../../aws/local/deployed-function";
import { startEmulator } from "../../emulator";
import { deployedApplications } from "../../scripts/local/deployed-applications";
import { firstCall, readToken } from "../../scripts/local/first-call";
import { openFixture, REGION, succeeded, type Fixture } from "./fixture";

const MINUTES = 60_000;
/**
 * Seen once in some twenty deployments: the emulator loses the answer of a creation, and Terraform's own second try is told
 * "already exists". The whole is then done once more, in a new emulator, and what happened first is shown.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });

const CLIENT = { client_id: "canary-id", client_secret: "canary-secret" };
const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password" };

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture("smoke");
}, 2 * MINUTES);
afterEach(async () => {
  await fixture.close();
});

it(
  "both stacks deploy, plan again without a change, and a deployed function fetches a token with which a call is answered",
  async () => {
    const output = path.join(fixture.folder, "cdktf.out");
    const words = ["qualif", "prod", "--auto-approve", "--output", output, "--skip-provider-lock"];
    const { output: deployed } = await succeeded(fixture.cdktf("deploy", ...words));
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
      // What is deployed and logged holds no value.
      for (const value of [CLIENT.client_secret, ACCOUNT.password, token.access_token]) {
        expect(deployed + log).not.toContain(value);
      }
    } finally {
      await emulator.stop();
    }
  },
  5 * MINUTES,
);
