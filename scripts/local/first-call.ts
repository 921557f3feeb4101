/** Does what a consumer does: reads the token and, if the API needs it, the technical account, and calls. */
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as v from "valibot";
import { apisOf, probeBody, type Api, type Probe } from "../../piste/api-catalogue";
import {
  accessTokenSchema,
  chorusProAccountHeader,
  parseSecret,
  technicalAccountSchema,
  type AccessToken,
} from "../../piste/credentials";
import { callHttp } from "../../piste/http";
import { parseJson } from "../../piste/json";
import type { DeployedApplication } from "./deployed-applications";
import { CommandError } from "../../cli/command/failure";

const CALL_TIMEOUT_IN_MILLISECONDS = 10_000;

async function currentValue(secrets: SecretsManagerClient, name: string): Promise<string> {
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: name, VersionStage: "AWSCURRENT" }),
  );
  return SecretString ?? "";
}

/** @throws CommandError when no valid token is stored. */
export async function readToken(
  secrets: SecretsManagerClient,
  { description }: DeployedApplication,
): Promise<AccessToken> {
  const token = parseSecret(
    description.tokenSecret,
    accessTokenSchema,
    await currentValue(secrets, description.tokenSecret),
  );
  if (token.expires_at <= Date.now() / 1000)
    throw new CommandError(
      {
        en: `The token in ${description.tokenSecret} has expired.`,
        fr: `Le jeton de ${description.tokenSecret} a expiré.`,
      },
      "operator",
    );
  return token;
}

/**
 * The most telling call: if possible one that uses the technical account and finds its structure. Undefined if no API
 * has a probe.
 */
function bestProbe({
  description,
  accounts,
}: DeployedApplication): { readonly api: Api; readonly probe: Probe } | undefined {
  const probes = apisOf(description.apis).known.flatMap((api) => api.probes.map((probe) => ({ api, probe })));
  if (probes.length === 0) return undefined;
  const possible = probes.filter(({ probe }) => accounts.length > 0 || !probe.usesAccount);
  const best =
    possible.find(({ probe }) => probe.body === "structure") ??
    possible.find(({ probe }) => probe.usesAccount) ??
    possible[0];
  if (best === undefined) {
    throw new CommandError(
      {
        en: `No API of ${description.application} can be called without a technical account; configure one in technicalAccounts.`,
        fr: `Aucune API de ${description.application} ne peut être appelée sans compte technique ; configurez-en un dans technicalAccounts.`,
      },
      "operator",
    );
  }
  return best;
}

export interface FirstCall {
  readonly api: string;
  readonly request: string;
  readonly status: number;
  /** A summary. */
  readonly answer: string;
}

/** Undefined if there is nothing to call. @throws CommandError when the API refuses. */
export async function firstCall(
  secrets: SecretsManagerClient,
  application: DeployedApplication,
  token: AccessToken,
  apiBaseUrl: string,
): Promise<FirstCall | undefined> {
  const best = bestProbe(application);
  if (best === undefined) return undefined;
  const { api, probe } = best;
  const [account] = application.accounts;
  const headers: Record<string, string> = { authorization: `${token.token_type} ${token.access_token}` };
  if (account !== undefined && api.authentication === "token-and-account") {
    const value = await currentValue(secrets, account.secret);
    headers["cpro-account"] = chorusProAccountHeader(parseSecret(account.secret, technicalAccountSchema, value));
  }
  const body = probeBody(probe, account?.structure);
  if (body !== undefined) headers["content-type"] = "application/json;charset=utf-8";
  const path = `${api.basePath}${probe.path}`;
  const { status, body: answered } = await callHttp({
    url: new URL(path, apiBaseUrl),
    method: probe.method,
    headers,
    body,
    timeoutInMilliseconds: CALL_TIMEOUT_IN_MILLISECONDS,
  });
  const request = `${probe.method} ${path}`;
  if (status !== 200) {
    const text = {
      en: `${api.title} refused ${request} with status ${status}.`,
      fr: `${api.title} a refusé ${request} avec le statut ${status}.`,
    };
    throw new CommandError(text, "operator");
  }
  return { api: api.title, request, status, answer: inShort(answered) };
}

/** The parts of Chorus Pro's answer that are shown. */
const answerSchema = v.object({
  codeRetour: v.number(),
  libelle: v.optional(v.string()),
  listeStructures: v.optional(
    v.array(v.object({ identifiantStructure: v.string(), designationStructure: v.optional(v.string()) })),
  ),
});

function inShort(body: string): string {
  const parsed = v.safeParse(answerSchema, parseJson(body));
  if (!parsed.success) return body.slice(0, 100);
  const { codeRetour, libelle = "", listeStructures = [] } = parsed.output;
  const found = listeStructures.map(
    ({ identifiantStructure, designationStructure = "" }) =>
      `, structure ${identifiantStructure} « ${designationStructure} »`,
  );
  return `codeRetour ${codeRetour} (${libelle})${found.join("")}`;
}
