/** Credentials as people and programs hand them over, for what says of each field what is wrong with it. */
import * as v from "valibot";
import type { ClientCredentials, TechnicalAccount } from "./credentials";

const text = v.pipe(v.string(), v.nonEmpty());

export const clientForm = v.object({ client_id: text, client_secret: text } satisfies Record<
  keyof ClientCredentials,
  typeof text
>);
export const accountForm = v.object({ login: text, password: text } satisfies Record<
  keyof TechnicalAccount,
  typeof text
>);
