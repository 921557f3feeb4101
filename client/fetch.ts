/** Code for calls, loaded at the first call: programs that only read tokens start faster. */
import { httpTransport, type HttpTransport } from "../piste/http";
import { Account } from "./accounts";
import { answerOf, type PisteAnswer } from "./answer";
import { call } from "./call";
import type { Clock } from "./clock";
import type { ClientSettings } from "./options";
import { prepare, type PisteRequest } from "./request";
import type { Tokens } from "./token";

export interface CallerOptions {
  readonly settings: ClientSettings;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** @default - HTTP */
  readonly transport: HttpTransport | undefined;
}

export type Fetch = (address: string, request: PisteRequest) => Promise<PisteAnswer>;

export function makeFetch({
  settings,
  tokens,
  clock,
  transport = httpTransport(settings.agent),
}: CallerOptions): Fetch {
  const accounts = new Map<string, Account>();
  const accountOf = (name: string): Account => {
    const known = accounts.get(name);
    if (known !== undefined) return known;
    const { source, reserveInSeconds } = settings;
    const made = new Account({ source, secretId: settings.accountSecretId(name), clock, reserveInSeconds });
    accounts.set(name, made);
    return made;
  };
  const dependencies = { tokens, accountOf, transport };
  return async (address, request) => answerOf(await call(prepare(address, request, settings), dependencies));
}
