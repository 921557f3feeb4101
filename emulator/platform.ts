/** The state of the local PISTE in memory: clients, accounts, tokens and settings. */
import { randomBytes } from "node:crypto";
import type { ClientCredentials, TechnicalAccount } from "../piste/credentials";
import { environmentOf } from "./applications";
import { Deposits } from "./deposits";
import type { Answer } from "./messages";
import { Portal } from "./portal";
import { PortalRefusal } from "./portal-refusal";
import type { NewApplication, SecretReset, Structure } from "./portal-forms";
import { DEFAULT_SETTINGS, type Settings } from "./settings";

interface GivenToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** Chorus Pro's verdict on the technical account of a call. */
export type AccountVerdict = "fine" | "refused" | "not-connected" | "not-habilitated";

/** The length that one source reports. */
const TOKEN_LENGTH = 54;

export class Platform {
  settings: Settings = DEFAULT_SETTINGS;
  readonly portal: Portal;
  readonly deposits: Deposits;
  /** Answers that replace an API's own, by path. */
  readonly answers = new Map<string, Answer>();
  /** API keys of Judilibre. */
  readonly apiKeys = new Set<string>();
  /** The secrets of each client id, latest last. */
  private readonly clients = new Map<string, string[]>();
  private readonly accounts = new Map<string, string>();
  private readonly tokens = new Map<string, GivenToken>();

  /** @param now epoch milliseconds. */
  constructor(readonly now: () => number = Date.now) {
    this.portal = new Portal(now, () => this.settings);
    this.deposits = new Deposits(now, () => this.settings);
  }

  /**
   * Adds a client that may call every API, or sets its new secret.
   *
   * @throws PortalRefusal if an application on the portal has that client.
   */
  addClient({ client_id, client_secret }: ClientCredentials): void {
    if (this.portal.applications.nameOf(client_id) !== undefined) {
      throw new PortalRefusal(
        "client_id must not be that of an application; POST /applications/secret resets its secret",
      );
    }
    this.setSecret(client_id, client_secret);
  }

  /** Adds an application of the PISTE portal; an existing client becomes the application's. */
  addApplication(application: NewApplication): void {
    this.portal.applications.add(application);
    this.setSecret(application.client_id, application.client_secret);
  }

  resetClientSecret({ name, client_secret }: SecretReset): void {
    this.setSecret(this.portal.applications.clientIdOf(name), client_secret);
  }

  /**
   * Adds an account with all raccordements and habilitations, or sets its new password.
   *
   * @throws PortalRefusal if a technical account on the portal has that login.
   */
  addAccount({ login, password }: TechnicalAccount): void {
    if (this.portal.technicalAccounts.has(login)) {
      throw new PortalRefusal(
        "login must not be that of a technical account on the portal; POST /technical-accounts/password changes its password",
      );
    }
    this.accounts.set(login, password);
  }

  addStructure(structure: Structure): void {
    this.portal.addStructure(structure);
  }

  knowsClient({ client_id, client_secret }: ClientCredentials): boolean {
    const application = this.portal.applications.nameOf(client_id);
    // Each environment has its own credentials.
    if (application !== undefined && environmentOf(application) !== this.settings.environment) return false;
    const secrets = this.clients.get(client_id) ?? [];
    return this.settings.oldSecretsSurvive ? secrets.includes(client_secret) : secrets.at(-1) === client_secret;
  }

  knowsAccount({ login, password }: TechnicalAccount): boolean {
    return this.accounts.get(login) === password;
  }

  /** Whether the gateway lets the client's calls through to the API. */
  mayCall(clientId: string, api: string): boolean {
    const application = this.portal.applications.nameOf(clientId);
    return application === undefined || this.portal.applications.mayCall(application, api);
  }

  /** Counts as a login attempt: wrong passwords lock the account. */
  judge(account: TechnicalAccount, clientId: string): AccountVerdict {
    const { technicalAccounts } = this.portal;
    if (!technicalAccounts.has(account.login)) return this.knowsAccount(account) ? "fine" : "refused";
    const loggedIn = technicalAccounts.logIn(account);
    if (loggedIn === undefined) return "refused";
    if (!this.portal.isConnected(loggedIn, clientId)) return "not-connected";
    return loggedIn.habilitated ? "fine" : "not-habilitated";
  }

  /** Issues a token, valid for `seconds`. */
  giveToken(clientId: string, scopes: readonly string[]): { readonly token: string; readonly seconds: number } {
    this.forgetExpired();
    const same = this.settings.sameTokenWhileValid ? this.validToken(clientId, scopes) : undefined;
    if (same !== undefined) return same;
    if (!this.settings.oldTokensSurvive) this.endTokensOf(clientId);
    const token = randomBytes(TOKEN_LENGTH).toString("base64url").slice(0, TOKEN_LENGTH);
    const seconds = this.settings.tokenLifetimeInSeconds;
    this.tokens.set(token, { clientId, scopes, expiresAt: this.now() + seconds * 1000 });
    return { token, seconds };
  }

  /** The client and scopes of a valid token. */
  grantOf(token: string): Pick<GivenToken, "clientId" | "scopes"> | undefined {
    const given = this.tokens.get(token);
    if (given === undefined) return undefined;
    if (given.expiresAt > this.now()) return given;
    this.tokens.delete(token);
    return undefined;
  }

  /** Epoch milliseconds at which a token expires; undefined if unknown or long expired. */
  endOf(token: string): number | undefined {
    return this.tokens.get(token)?.expiresAt;
  }

  /** Saves memory: expired and unknown tokens get the same answer. */
  private forgetExpired(): void {
    for (const [token, { expiresAt }] of this.tokens) {
      if (expiresAt > this.now()) return;
      this.tokens.delete(token);
    }
  }

  /** The oldest token with at least a second left, which `sameTokenWhileValid` returns again. */
  validToken(clientId: string, scopes: readonly string[]): ReturnType<Platform["giveToken"]> | undefined {
    for (const [token, given] of this.tokens) {
      const seconds = Math.floor((given.expiresAt - this.now()) / 1000);
      if (given.clientId === clientId && given.scopes.join(" ") === scopes.join(" ") && seconds > 0) {
        return { token, seconds };
      }
    }
    return undefined;
  }

  private setSecret(clientId: string, secret: string): void {
    const secrets = this.clients.get(clientId) ?? [];
    if (secrets.at(-1) === secret) return;
    this.clients.set(clientId, [...secrets, secret]);
    if (!this.settings.tokensSurviveSecretReset) this.endTokensOf(clientId);
  }

  private endTokensOf(clientId: string): void {
    for (const [token, given] of this.tokens) if (given.clientId === clientId) this.tokens.delete(token);
  }

  /** Expires every issued token; returns their number. */
  expireTokens(): number {
    const count = this.tokens.size;
    this.tokens.clear();
    return count;
  }
}
