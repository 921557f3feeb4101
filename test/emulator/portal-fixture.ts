/** A local PISTE with a clock and a client, whose portal is set up step by step. */
import { Piste, transportTo, type Settings } from "../../emulator";
import type { Answer } from "../../emulator/messages";
import { API_CATALOGUE, CHORUS_PRO_APIS, scopesOf, type Api, type ApiName } from "../../piste/api-catalogue";
import type { TechnicalAccount } from "../../piste/credentials";
import type { Platform } from "../../piste/environments";
import { probeWithAccount, type ProbeReading } from "../../piste/probe-reading";
import { callProbe, MADE_UP_ACCOUNT, type ProbeAnswer } from "../../piste/probes";
import { bearer, bodyOf, control, request, tokenBodyOf, tokenRequest, withAccount } from "./requests";

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export const APPLICATION = { qualif: "APP_SANDBOX_facturation@exemple.fr", prod: "Facturation de la mairie" } as const;
export const CREDENTIALS = { client_id: "the-client-id", client_secret: "first-client-secret" };
export const ACCOUNT: TechnicalAccount = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-first-password" };
export const STRUCTURE = { identifier: "12345678901234", identifierType: "SIRET" };

export const ALL_APIS = CHORUS_PRO_APIS.map((api) => ({ api }));

export class Fixture {
  now = Date.parse("2026-07-26T10:00:00Z");
  readonly piste = new Piste(() => this.now);
  readonly application: string;
  /** The client's credentials. */
  credentials = CREDENTIALS;
  account = ACCOUNT;
  private token = "";

  private constructor(readonly environment: Platform) {
    this.application = APPLICATION[environment];
    this.change({ environment });
  }

  /** An empty portal. */
  static empty(environment: Platform = "qualif"): Fixture {
    return new Fixture(environment);
  }

  /** Every step of the guide done an hour ago, with changed settings and a token. */
  static complete(settings: Partial<Settings> = {}, environment: Platform = "qualif"): Fixture {
    const fixture = new Fixture(environment);
    fixture.change(settings);
    fixture.do("POST /applications", { ...CREDENTIALS, name: fixture.application, apis: ALL_APIS });
    fixture.do("POST /structures", STRUCTURE);
    if (environment === "prod") fixture.do("POST /spaces", { structure: STRUCTURE });
    fixture.do("POST /raccordements", fixture.raccordement);
    fixture.do("POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE });
    fixture.now += 60 * MINUTE;
    fixture.fetchToken();
    return fixture;
  }

  get raccordement(): object {
    return { structure: STRUCTURE, application: this.application };
  }

  change(settings: Partial<Settings>): void {
    this.piste.platform.settings = { ...this.piste.platform.settings, ...settings };
  }

  /** Calls the control address, and expects success. */
  do(call: string, body?: unknown): unknown {
    const answer = control(this.piste, call, body);
    if (answer.status !== 200) throw new Error(`${call}: ${answer.body}`);
    return bodyOf(answer);
  }

  get authorization(): string {
    return `Bearer ${this.token}`;
  }

  /** Fetches a token and keeps it; returns the status. */
  fetchToken(): number {
    const scope = scopesOf(Object.values(API_CATALOGUE)).join(" ");
    const { answer } = this.piste.handle(tokenRequest({ ...this.credentials, scope }));
    if (answer.status === 200) this.token = tokenBodyOf(answer).access_token;
    return answer.status;
  }

  /** Fetches a token and calls an API; returns the status. */
  run(api?: ApiName): number {
    const status = this.fetchToken();
    return status === 200 ? this.statusOf(api) : status;
  }

  /** The answer to an API's last probe; `null`: without an account. */
  answerOf(api: ApiName = "chorus-pro-factures", account: TechnicalAccount | null = this.account): Answer {
    const { basePath, probes }: Api = API_CATALOGUE[api];
    const { method, path } = probes.at(-1) ?? { method: "GET", path: "" };
    const headers = account === null ? bearer(this.token) : withAccount(this.token, account);
    return this.piste.handle(request(method, `${basePath}${path}`, { headers })).answer;
  }

  statusOf(api?: ApiName, account?: TechnicalAccount | null): number {
    return this.answerOf(api, account).status;
  }

  /** The result of the project's own probes. */
  async read(name: ApiName = "chorus-pro-factures"): Promise<ProbeReading> {
    const api: Api = API_CATALOGUE[name];
    const probe = api.probes.at(-1);
    if (probe === undefined) throw new Error("an API without a probe");
    const call = (account: TechnicalAccount) => (): Promise<ProbeAnswer> =>
      callProbe(
        {
          api,
          probe,
          account,
          structure: STRUCTURE,
          apiBaseUrl: new URL("https://api.piste.gouv.fr"),
          token: { access_token: this.token, token_type: "Bearer" },
          timeoutInMilliseconds: 1000,
        },
        transportTo(this.piste),
      );
    return probeWithAccount(call(this.account), call(MADE_UP_ACCOUNT));
  }
}
