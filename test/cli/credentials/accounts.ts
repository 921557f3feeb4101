/** Technical accounts for the tests, typed or piped, and the check that no value is shown. */
import { expect } from "@jest/globals";
import type { Piste } from "../../../emulator";
import { API_CATALOGUE, type ApiName } from "../../../piste/api-catalogue";
import {
  ACCOUNT,
  CLIENT,
  CLIENT_SECRET,
  everythingOf,
  NOW,
  openFixture,
  TOKEN_SECRET,
  valuesOf,
  type Typed,
  type Fixture,
  type FixtureOptions,
} from "./fixture";

export const TEST = { test: true };
export const WRONG = { login: ACCOUNT.login, password: "canary-wrong" };
export const OLD = { login: ACCOUNT.login, password: "canary-old" };
export const pathOf = (api: ApiName): string => API_CATALOGUE[api].basePath;

/** A fixture with client credentials and a valid token. */
export function withToken(options: FixtureOptions): Fixture {
  const fixture = openFixture(options);
  fixture.aws.put(CLIENT_SECRET, CLIENT);
  fixture.aws.put(TOKEN_SECRET, tokenOf(fixture.piste));
  return fixture;
}

export function tokenOf(piste: Piste, secondsLeft = 3600): object {
  const { token } = piste.platform.giveToken(CLIENT.client_id, ["openid"]);
  const expiresAt = NOW / 1000 + secondsLeft;
  return {
    access_token: token,
    token_type: "Bearer",
    scope: "openid",
    issued_at: expiresAt - 3600,
    expires_at: expiresAt,
  };
}

export const typing = (account: typeof ACCOUNT, ...more: readonly Typed[]): Fixture =>
  withToken({ typed: [account.login, account.password, "", ...more] });
export const piping = (account: object): Fixture => withToken({ piped: account });

export const stores = ({ aws }: Fixture): string[] => aws.asked.filter((asked) => asked.startsWith("store"));

export function expectNothingSeen(fixture: Fixture, error?: unknown): void {
  const shown = everythingOf(fixture, error);
  for (const value of valuesOf(ACCOUNT, WRONG, OLD, CLIENT)) expect(shown).not.toContain(value);
  const header = Buffer.from(`${ACCOUNT.login}:`).toString("base64").slice(0, 20);
  expect(shown).not.toContain(header);
}
