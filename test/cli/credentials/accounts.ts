/** Technical accounts for the tests, typed or piped, and what may be seen of them. */
import { expect } from "@jest/globals";
import type { Piste } from "../../../emulator";
import { API_CATALOGUE, type ApiName } from "../../../piste/api-catalogue";
import {
  ACCOUNT,
  CLIENT,
  CLIENT_SECRET,
  everythingOf,
  NOW,
  openWorkshop,
  TOKEN_SECRET,
  valuesOf,
  type Typed,
  type Workshop,
  type WorkshopOptions,
} from "./workshop";

export const TEST = { test: true };
export const WRONG = { login: ACCOUNT.login, password: "canary-wrong" };
export const OLD = { login: ACCOUNT.login, password: "canary-old" };
export const pathOf = (api: ApiName): string => API_CATALOGUE[api].basePath;

/** With client credentials and a valid token. */
export function withToken(options: WorkshopOptions): Workshop {
  const workshop = openWorkshop(options);
  workshop.aws.put(CLIENT_SECRET, CLIENT);
  workshop.aws.put(TOKEN_SECRET, tokenOf(workshop.piste));
  return workshop;
}

export function tokenOf(piste: Piste, lifetimeInSeconds = 3600): object {
  const { token } = piste.platform.giveToken(CLIENT.client_id, ["openid"]);
  const issuedAt = NOW / 1000;
  return {
    access_token: token,
    token_type: "Bearer",
    scope: "openid",
    issued_at: issuedAt,
    expires_at: issuedAt + lifetimeInSeconds,
  };
}

export const typing = (account: typeof ACCOUNT, ...more: readonly Typed[]): Workshop =>
  withToken({ typed: [account.login, account.password, "", ...more] });
export const piping = (account: object): Workshop => withToken({ piped: account });

export const stores = ({ aws }: Workshop): string[] => aws.asked.filter((asked) => asked.startsWith("store"));

export function expectNothingSeen(workshop: Workshop, error?: unknown): void {
  const shown = everythingOf(workshop, error);
  for (const value of valuesOf(ACCOUNT, WRONG, OLD, CLIENT)) expect(shown).not.toContain(value);
  const header = Buffer.from(`${ACCOUNT.login}:`).toString("base64").slice(0, 20);
  expect(shown).not.toContain(header);
}
