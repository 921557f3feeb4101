/** Changes of secrets by people, on purpose or by mistake. */
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import { accessTokenSchema, parseSecret, type AccessToken } from "../piste/credentials";
import type { Disturbance, CORRUPTED_TOKENS } from "./history";

const HOUR_IN_SECONDS = 60 * 60;
const YEAR_IN_SECONDS = 365 * 24 * HOUR_IN_SECONDS;

export interface OperatorActions {
  /** On PISTE's portal. */
  readonly resetClientSecret: () => void;
  readonly storeCredentials: () => void;
  readonly storeClientSecret: (value: string) => void;
  /** @param corrupt takes the stored value and epoch seconds, returns the new value. */
  readonly corruptToken: (corrupt: (value: string | undefined, now: number) => string) => void;
}

export function planOperatorActions(
  disturbances: readonly Disturbance[],
  planAt: (minutes: number, act: () => void) => void,
  actions: OperatorActions,
): void {
  for (const { from, minutes, ...happening } of disturbances) {
    switch (happening.kind) {
      case "secret-reset":
        planAt(from, actions.resetClientSecret);
        planAt(from + minutes, actions.storeCredentials);
        break;
      case "corrupted-client-secret":
        planAt(from, () => {
          actions.storeClientSecret("client_id=…&client_secret=…");
        });
        planAt(from + minutes, actions.storeCredentials);
        break;
      case "corrupted-token":
        planAt(from, () => {
          actions.corruptToken((value, now) => corruptedToken(happening.how, value, now));
        });
        break;
      default:
    }
  }
}

/** Has the form of a token. */
const MADE_UP = "made-up-by-an-operator";

/**
 * @param value the stored value.
 * @param now epoch seconds.
 */
function corruptedToken(how: (typeof CORRUPTED_TOKENS)[number], value: string | undefined, now: number): string {
  const edited = (changes: Partial<AccessToken>): string => JSON.stringify({ ...tokenOr(value, now), ...changes });
  switch (how) {
    case "not-json":
      return "please do not touch";
    case "empty-object":
      return "{}";
    case "lives-for-years":
      return edited({ access_token: MADE_UP, expires_at: now + YEAR_IN_SECONDS });
    case "issued-tomorrow":
      return edited({
        access_token: MADE_UP,
        issued_at: now + 24 * HOUR_IN_SECONDS,
        expires_at: now + 25 * HOUR_IN_SECONDS,
      });
    case "long-expired":
      return edited({
        access_token: MADE_UP,
        issued_at: now - 3 * HOUR_IN_SECONDS,
        expires_at: now - 2 * HOUR_IN_SECONDS,
      });
  }
}

function tokenOr(value: string | undefined, now: number): AccessToken {
  const madeUp = {
    access_token: MADE_UP,
    token_type: "Bearer",
    scope: DEFAULT_SCOPE,
    issued_at: now,
    expires_at: now + HOUR_IN_SECONDS,
  };
  try {
    return parseSecret("the token", accessTokenSchema, value ?? "");
  } catch {
    return madeUp;
  }
}
