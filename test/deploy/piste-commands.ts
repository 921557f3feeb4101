/** The `piste` command in a running environment: the deployed function's zip, the emulated AWS and PISTE. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { accessTokenSchema, parseSecret } from "../../piste/credentials";
import { clientSecretName, technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import { EXIT_CODES } from "../../cli/command/failure";
import { clientConfiguration } from "../../aws/local/deployed-function";
import type { CommandResult } from "../../scripts/local/processes";
import type { KeptEnvironment } from "./kept-environment";

const MINUTE = 60_000;

const CLIENT = clientSecretName("qualif", "chorus-pro");
const ACCOUNT = technicalAccountSecretName("qualif", "chorus-pro", "default");
const TOKEN = tokenSecretName("qualif", "chorus-pro");

/** JSON, URLs, HTML and shells encode all of these. */
const ANY_CHARACTERS = String.raw`-é"\&<+/ $'%`;

/** @param keptUp the environment, once it is up. */
export function testPisteCommands(keptUp: () => KeptEnvironment): void {
  const piste = (words: string, piped?: object): Promise<CommandResult> =>
    keptUp().type(`node cli/piste.mjs ${words} --local`, piped);
  const control = async (action: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${keptUp().local.controlUrl}${action}`, { method: "POST", body: JSON.stringify(body) });
    expect({ action, status: answer.status }).toEqual({ action, status: 200 });
  };
  const madeUp = (): { client_id: string; client_secret: string } => ({
    client_id: randomUUID(),
    client_secret: randomUUID(),
  });
  const secrets = (): SecretsManagerClient => {
    const { awsEndpoint: endpoint, region } = keptUp().local;
    return new SecretsManagerClient(clientConfiguration({ endpoint, region }));
  };
  const current = async (name: string): Promise<string> => {
    const { SecretString = "" } = await secrets().send(
      new GetSecretValueCommand({ SecretId: name, VersionStage: "AWSCURRENT" }),
    );
    return SecretString;
  };
  const labels = async (name: string): Promise<string[]> => {
    const { Versions = [] } = await secrets().send(new ListSecretVersionIdsCommand({ SecretId: name }));
    return Versions.flatMap(({ VersionStages = [] }) => VersionStages).sort();
  };

  it(
    "verify checks what the emulated AWS supports, and reports the rest as not checked",
    async () => {
      const { output } = await piste("verify qualif --json --lang en");
      const { facts } = JSON.parse(output) as { facts: { fact: string; result: string; measured: object }[] };
      const seen = facts.filter(({ result }) => result !== "not seen");
      expect(seen).toMatchObject([
        { fact: "topics-allow-cloudwatch", result: "as expected", measured: { topics: 1, allowing: 1 } },
        { fact: "addresses-confirmed", measured: { topics: 1 } },
      ]);
    },
    MINUTE,
  );

  it(
    "doctor finds no problem, as JSON and as a page",
    async () => {
      const { code, output } = await piste("doctor qualif --json --html page.html --lang en");
      expect(JSON.parse(output)).toMatchObject({ environment: "qualif", ready: true });
      expect(code).toBe(EXIT_CODES.ready);
      expect(readFileSync(keptUp().place.path("page.html"), "utf8")).toContain("<html");
    },
    MINUTE,
  );

  it(
    "credentials set makes a pair current that PISTE accepts from the function",
    async () => {
      const client = madeUp();
      await control("/clients", client);
      const { code, output } = await piste("credentials set qualif client --lang en", client);
      expect({ code, output }).toMatchObject({ code: EXIT_CODES.ready });
      expect(output).toMatch(/valid until/);
      expect(JSON.parse(await current(CLIENT))).toEqual(client);
      expect(await labels(CLIENT)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    },
    MINUTE,
  );

  it(
    "credentials set keeps the current pair if PISTE refuses the new one, and rollback returns only to a working one",
    async () => {
      const before = await current(CLIENT);
      const { code } = await piste("credentials set qualif client", madeUp());
      expect(code).toBe(EXIT_CODES.operator);
      expect(await current(CLIENT)).toBe(before);
      expect(await labels(CLIENT)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
      expect((await piste("credentials rollback qualif client")).code).toBe(EXIT_CODES.ready);
      expect(await current(CLIENT)).not.toBe(before);
    },
    MINUTE,
  );

  it(
    "credentials set sends a wrong password once and does not store it",
    async () => {
      const before = await current(ACCOUNT);
      const account = { login: "TECH_1_12345678901234@cpro.fr", password: `canary-${randomUUID()}` };
      keptUp().canaries.add(account.password);
      const { code } = await piste("credentials set qualif technical-account", account);
      expect(code).toBe(EXIT_CODES["chorus-pro"]);
      expect(await current(ACCOUNT)).toBe(before);
      const answer = await fetch(`${keptUp().local.controlUrl}/calls`);
      const calls = (await answer.json()) as readonly { readonly status: number; readonly path: string }[];
      expect(calls.filter(({ status }) => status === 401)).toHaveLength(1);
    },
    MINUTE,
  );

  it(
    "credentials set stores a password of any characters that Chorus Pro accepts",
    async () => {
      const account = { login: "TECH_1_12345678901234@cpro.fr", password: `canary-${randomUUID()}${ANY_CHARACTERS}` };
      await control("/accounts", account);
      const { code, output } = await piste("credentials set qualif technical-account --lang en", account);
      expect({ code, output }).toMatchObject({ code: EXIT_CODES.ready });
      expect(JSON.parse(await current(ACCOUNT))).toEqual(account);
    },
    MINUTE,
  );

  it(
    "token prints only the token, and call uses it",
    async () => {
      const token = parseSecret(TOKEN, accessTokenSchema, await current(TOKEN)).access_token;
      const printed = await keptUp().type("node cli/piste.mjs token qualif --print --local");
      expect(printed.output).toBe(`${token}\n`);
      const search = '{"structure":{"identifiantStructure":"12345678901234","typeIdentifiantStructure":"SIRET"}}';
      const called = await piste(`call qualif structures/v1/rechercher '${search}'`);
      expect(called.code).toBe(EXIT_CODES.ready);
      expect(called.output).toMatch(/"codeRetour":\s*0/);
      expect((await piste("credentials status qualif")).code).toBe(EXIT_CODES.ready);
    },
    MINUTE,
  );
}
