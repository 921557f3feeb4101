/** What the local PISTE knows: who may call, the tokens it gave, and how it behaves. All in memory. */
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import {
  clientCredentialsSchema,
  technicalAccountSchema,
  type ClientCredentials,
  type TechnicalAccount,
} from "../piste/credentials";

/**
 * Behaviour that can be switched over the control address. Where the real platform's behaviour is not certain, the
 * comment says on what it rests.
 */
export const settingsSchema = v.strictObject({
  tokenLifetimeInSeconds: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** `expires_in` has been seen as a number and as a string. */
  expiresInAsString: v.boolean(),
  /** Scopes that a client may ask for, words separated by a space. */
  scopes: v.array(v.pipe(v.string(), v.nonEmpty())),
  /** Unconfirmed: whether a token stays valid until its own expiry when a newer one is given. */
  oldTokensSurvive: v.boolean(),
  /** Never confirmed of PISTE: a token that is still valid is given again, for what is left of its life. */
  sameTokenWhileValid: v.boolean(),
  /** One source only: the body that goes with a refused technical account; else it is empty. */
  refusedAccountHasBody: v.boolean(),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  tokenLifetimeInSeconds: 3600,
  expiresInAsString: false,
  scopes: ["openid", "resource.READ"],
  oldTokensSurvive: true,
  sameTokenWhileValid: false,
  refusedAccountHasBody: true,
};

/** A structure that Chorus Pro knows. */
export const structureSchema = v.strictObject({
  identifier: v.pipe(v.string(), v.nonEmpty()),
  identifierType: v.pipe(v.string(), v.nonEmpty()),
  name: v.optional(v.string(), "Structure fictive"),
});
export type Structure = v.InferOutput<typeof structureSchema>;

export { clientCredentialsSchema as clientSchema, technicalAccountSchema as accountSchema };

interface GivenToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** As long as the tokens that were seen (one source only). */
const TOKEN_LENGTH = 54;

export class Platform {
  settings: Settings = DEFAULT_SETTINGS;
  private readonly clients = new Map<string, string>();
  private readonly accounts = new Map<string, string>();
  private readonly structures: Structure[] = [];
  private readonly tokens = new Map<string, GivenToken>();

  /** @param now epoch milliseconds. */
  constructor(readonly now: () => number = Date.now) {}

  addClient({ client_id, client_secret }: ClientCredentials): void {
    this.clients.set(client_id, client_secret);
  }

  addAccount({ login, password }: TechnicalAccount): void {
    this.accounts.set(login, password);
  }

  addStructure(structure: Structure): void {
    this.structures.push(structure);
  }

  knowsClient({ client_id, client_secret }: ClientCredentials): boolean {
    return this.clients.get(client_id) === client_secret;
  }

  knowsAccount({ login, password }: TechnicalAccount): boolean {
    return this.accounts.get(login) === password;
  }

  findStructures(identifier: unknown, identifierType: unknown): Structure[] {
    return this.structures.filter(
      (known) =>
        known.identifier === identifier && (identifierType === undefined || known.identifierType === identifierType),
    );
  }

  /** A token, and for how long. */
  giveToken(clientId: string, scopes: readonly string[]): { readonly token: string; readonly seconds: number } {
    this.forgetExpired();
    const same = this.settings.sameTokenWhileValid ? this.validToken(clientId, scopes) : undefined;
    if (same !== undefined) return same;
    if (!this.settings.oldTokensSurvive) {
      for (const [token, given] of this.tokens) if (given.clientId === clientId) this.tokens.delete(token);
    }
    const token = randomBytes(TOKEN_LENGTH).toString("base64url").slice(0, TOKEN_LENGTH);
    const seconds = this.settings.tokenLifetimeInSeconds;
    this.tokens.set(token, { clientId, scopes, expiresAt: this.now() + seconds * 1000 });
    return { token, seconds };
  }

  /** The scopes of a token that is valid now. */
  scopesOf(token: string): readonly string[] | undefined {
    const given = this.tokens.get(token);
    if (given === undefined) return undefined;
    if (given.expiresAt > this.now()) return given.scopes;
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

  /** One with at least a second left. */
  private validToken(clientId: string, scopes: readonly string[]): ReturnType<Platform["giveToken"]> | undefined {
    for (const [token, given] of this.tokens) {
      const seconds = Math.floor((given.expiresAt - this.now()) / 1000);
      if (given.clientId === clientId && given.scopes.join(" ") === scopes.join(" ") && seconds > 0) {
        return { token, seconds };
      }
    }
    return undefined;
  }

  /** Ends every token that was given so far. */
  expireTokens(): number {
    const count = this.tokens.size;
    this.tokens.clear();
    return count;
  }
}
