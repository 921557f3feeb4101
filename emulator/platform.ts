/** What the local PISTE knows: who may call, the tokens it gave, and how it behaves. All in memory. */
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

/** What Chorus Pro makes of a call's technical account. */
export type AccountVerdict = "fine" | "refused" | "not-connected" | "not-habilitated";

/** As long as the tokens that were seen (one source only). */
const TOKEN_LENGTH = 54;

export class Platform {
  settings: Settings = DEFAULT_SETTINGS;
  readonly portal: Portal;
  readonly deposits: Deposits;
  /** By path: what an API answers there instead of its own. */
  readonly answers = new Map<string, Answer>();
  /** Of Judilibre. */
  readonly apiKeys = new Set<string>();
  /** The secrets of a client by its id, the latest last. */
  private readonly clients = new Map<string, string[]>();
  private readonly accounts = new Map<string, string>();
  private readonly tokens = new Map<string, GivenToken>();

  /** @param now epoch milliseconds. */
  constructor(readonly now: () => number = Date.now) {
    this.portal = new Portal(now, () => this.settings);
    this.deposits = new Deposits(now, () => this.settings);
  }

  /**
   * A client that is let in everywhere, as one of an application with all set up; or its new secret.
   *
   * @throws PortalRefusal when an application on the portal has that client.
   */
  addClient({ client_id, client_secret }: ClientCredentials): void {
    if (this.portal.applications.nameOf(client_id) !== undefined) {
      throw new PortalRefusal("client_id must not be an application's; POST /applications/secret resets its secret");
    }
    this.setSecret(client_id, client_secret);
  }

  /** An application on the PISTE portal; a client that was there already is the application's from now on. */
  addApplication(application: NewApplication): void {
    this.portal.applications.add(application);
    this.setSecret(application.client_id, application.client_secret);
  }

  resetClientSecret({ name, client_secret }: SecretReset): void {
    this.setSecret(this.portal.applications.clientIdOf(name), client_secret);
  }

  /**
   * An account with nothing to check but its password, as one that is connected to everything; or its new password.
   *
   * @throws PortalRefusal when a technical account on the portal has that login.
   */
  addAccount({ login, password }: TechnicalAccount): void {
    if (this.portal.technicalAccounts.has(login)) {
      throw new PortalRefusal(
        "login must not be one of a technical account's; POST /technical-accounts/password changes its password",
      );
    }
    this.accounts.set(login, password);
  }

  addStructure(structure: Structure): void {
    this.portal.addStructure(structure);
  }

  knowsClient({ client_id, client_secret }: ClientCredentials): boolean {
    const application = this.portal.applications.nameOf(client_id);
    // Each environment has credentials of its own.
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

  /** Counts as a try to log in: a wrong password brings the account's lock nearer. */
  judge(account: TechnicalAccount, clientId: string): AccountVerdict {
    const { technicalAccounts } = this.portal;
    if (!technicalAccounts.has(account.login)) return this.knowsAccount(account) ? "fine" : "refused";
    const loggedIn = technicalAccounts.logIn(account);
    if (loggedIn === undefined) return "refused";
    if (!this.portal.isConnected(loggedIn, clientId)) return "not-connected";
    return loggedIn.habilitated ? "fine" : "not-habilitated";
  }

  /** A token, and for how long. */
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

  /** Whose a token is that is valid now, and its scopes. */
  grantOf(token: string): Pick<GivenToken, "clientId" | "scopes"> | undefined {
    const given = this.tokens.get(token);
    if (given === undefined) return undefined;
    if (given.expiresAt > this.now()) return given;
    this.tokens.delete(token);
    return undefined;
  }

  /** Epoch milliseconds at which a token ends; undefined of one that was not given, or has long ended. */
  endOf(token: string): number | undefined {
    return this.tokens.get(token)?.expiresAt;
  }

  /** The oldest ones; an expired token and an unknown one are answered alike. */
  private forgetExpired(): void {
    for (const [token, { expiresAt }] of this.tokens) {
      if (expiresAt > this.now()) return;
      this.tokens.delete(token);
    }
  }

  /** The oldest one with at least a second left: the one that `sameTokenWhileValid` gives again. */
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

  /** Ends every token that was given so far. */
  expireTokens(): number {
    const count = this.tokens.size;
    this.tokens.clear();
    return count;
  }
}
