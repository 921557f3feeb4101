/** The client for consumers' programs: a valid token, and calls with it. */
import type { HttpTransport } from "../piste/http";
import type { PisteAnswer } from "./answer";
import { Clock, MACHINE_CLOCKS, type MachineClocks } from "./clock";
import type * as FetchModule from "./fetch";
import { checkMinimum, settingsOf, type PisteClientOptions } from "./options";
import type { PisteRequest } from "./request";
import { Tokens } from "./token";

export interface GetTokenOptions {
  /**
   * Minimum validity of the token, in seconds.
   * @default - the client's, 10
   */
  readonly minimumSecondsLeft?: number;
}

export interface PisteClient {
  /**
   * Returns a valid access token.
   *
   * @throws PisteSecretError when no token is valid for that long.
   */
  getToken(options?: GetTokenOptions): Promise<string>;

  /**
   * Calls an API of PISTE with the token and, for Chorus Pro, a technical account. Redirects are not followed. An API
   * that is not in the catalogue can only be called with GET, without an account.
   *
   * @param address the path below the gateway, or below Chorus Pro's part of it: `structures/v1/rechercher`.
   * @returns the answer, with any status except the refusals below.
   * @throws PisteCallError when the token, the application or the account is refused, or no complete answer arrives;
   * PisteSecretError when there is no valid token or no account; Error when the request is invalid.
   */
  fetch(address: string, request?: PisteRequest): Promise<PisteAnswer>;
}

/** Dependencies that tests replace. */
export interface ClientDependencies {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clocks: MachineClocks;
  /** @default - HTTP */
  readonly transport?: HttpTransport;
}

/**
 * Makes a client. It caches secrets in memory, so make one and use it everywhere. It reads nothing before the first
 * call.
 *
 * @throws Error when an option or its environment variable is invalid.
 * @example
 * ```ts
 * import { createPisteClient } from "cdktf-piste/client";
 *
 * const piste = createPisteClient({ environment: "qualif", application: "chorus-pro" });
 *
 * export async function findStructure(siret: string): Promise<unknown> {
 *   const answer = await piste.fetch("structures/v1/rechercher", {
 *     json: { structure: { identifiantStructure: siret, typeIdentifiantStructure: "SIRET" } },
 *   });
 *   return answer.json();
 * }
 * ```
 */
export function createPisteClient(options: PisteClientOptions = {}): PisteClient {
  return clientIn({ variables: process.env, clocks: MACHINE_CLOCKS }, options);
}

export function clientIn(
  { variables, clocks, transport }: ClientDependencies,
  options: PisteClientOptions,
): PisteClient {
  const settings = settingsOf(options, variables);
  const clock = new Clock(clocks);
  const { source, reserveInSeconds, tokenSecretId: secretId } = settings;
  const tokens = new Tokens({ source, secretId, clock, reserveInSeconds });
  let fetch: FetchModule.Fetch | undefined;
  return {
    async getToken({ minimumSecondsLeft = settings.minimumSecondsLeft } = {}) {
      return (await tokens.get(checkMinimum(minimumSecondsLeft))).access_token;
    },
    async fetch(address, request = {}) {
      // Bundled in the same file, but runs only at the first call.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      fetch ??= (require("./fetch") as typeof FetchModule).makeFetch({ settings, tokens, clock, transport });
      return fetch(address, request);
    },
  };
}
