/** The `piste` command in an environment that is kept up: the deployed function's zip, the emulated AWS and PISTE. */
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
import { EXIT_CODES } from "../../scripts/command/failure";
import { clientConfiguration } from "../../scripts/local/deployed-function";
import type { CommandResult } from "../../scripts/local/processes";
import type { LocalDescription } from "../../scripts/local/run-folder";
import { filesBelow, type Clone } from "./clone";

export interface Kept {
  readonly place: Clone;
  readonly local: LocalDescription;
  /** Runs a line in bash with this on its standard input. */
  type(code: string, piped?: object): Promise<CommandResult>;
}

const MINUTE = 60_000;

const CLIENT = clientSecretName("qualif", "chorus-pro");
const ACCOUNT = technicalAccountSecretName("qualif", "chorus-pro", "default");
const TOKEN = tokenSecretName("qualif", "chorus-pro");

/** @param keptUp what is known once the environment is up. */
export function testPisteCommands(keptUp: () => Kept): void {
  /** Whatever may be in the secrets and nowhere else. */
  const canaries: string[] = [];
  let said = "";

  const piste = async (words: string, piped?: object): Promise<CommandResult> => {
    const result = await keptUp().type(`node scripts/with-dependencies.mjs piste.ts ${words} --local`, piped);
    said += result.output;
    return result;
  };
  const control = async (action: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${keptUp().local.controlUrl}${action}`, { method: "POST", body: JSON.stringify(body) });
    expect({ action, status: answer.status }).toEqual({ action, status: 200 });
  };
  const madeUp = (): { client_id: string; client_secret: string } => {
    const client = { client_id: randomUUID(), client_secret: randomUUID() };
    canaries.push(...Object.values(client));
    return client;
  };
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
    "doctor finds all well, for programs and on a page",
    async () => {
      const { code, output } = await piste("doctor qualif --json --html page.html --lang en");
      expect(JSON.parse(output)).toMatchObject({ environment: "qualif", ready: true });
      expect(code).toBe(EXIT_CODES.ready);
      expect(readFileSync(keptUp().place.path("page.html"), "utf8")).toContain("<html");
    },
    MINUTE,
  );

  it(
    "credentials set makes a pair current that PISTE accepts, from where it will be used",
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
    "credentials set keeps the current pair when PISTE refuses the new one, and rollback goes back only to one that works",
    async () => {
      const before = await current(CLIENT);
      const { code } = await piste("credentials set qualif client", madeUp());
      expect(code).toBe(EXIT_CODES.input);
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
      canaries.push(account.password);
      const { code } = await piste("credentials set qualif technical-account", account);
      expect(code).toBe(EXIT_CODES.portal);
      expect(await current(ACCOUNT)).toBe(before);
      const answer = await fetch(`${keptUp().local.controlUrl}/calls`);
      const calls = (await answer.json()) as readonly { readonly status: number; readonly path: string }[];
      expect(calls.filter(({ status }) => status === 401)).toHaveLength(1);
    },
    MINUTE,
  );

  it(
    "token prints the token alone, call calls with it, and what was typed is in no output and no file",
    async () => {
      const token = parseSecret(TOKEN, accessTokenSchema, await current(TOKEN)).access_token;
      const printed = await keptUp().type("node scripts/with-dependencies.mjs piste.ts token qualif --print --local");
      expect(printed.output).toBe(`${token}\n`);
      const search = '{"structure":{"identifiantStructure":"12345678901234","typeIdentifiantStructure":"SIRET"}}';
      const called = await piste(`call qualif structures/v1/rechercher '${search}'`);
      expect(called.code).toBe(EXIT_CODES.ready);
      expect(called.output).toMatch(/"codeRetour":\s*0/);
      expect((await piste("credentials status qualif")).code).toBe(EXIT_CODES.ready);

      const { password } = JSON.parse(await current(ACCOUNT)) as { readonly password: string };
      canaries.push(password, token);
      const files = filesBelow(keptUp().place.folder).filter((file) => !file.endsWith("pasted.json"));
      expect(files.length).toBeGreaterThan(100);
      const everything = said + files.map((file) => readFileSync(file, "latin1")).join("\n");
      expect(canaries.length).toBeGreaterThan(5);
      for (const canary of canaries) expect(everything).not.toContain(canary);
    },
    MINUTE,
  );
}
