/** TLS settings that verify the server on every connection, even when Node's global settings disable this. */
import { DEFAULT_MIN_VERSION, type SecureContext } from "node:tls";

/** For a request or an agent: `NODE_TLS_REJECT_UNAUTHORIZED` and `--tls-min-v1.0` count only where an option is not set. */
export const CHECKED_TLS = {
  rejectUnauthorized: true,
  minVersion: DEFAULT_MIN_VERSION === "TLSv1.3" ? "TLSv1.3" : "TLSv1.2",
} as const;

/** The same, perhaps with authorities of one's own. */
export type Tls = typeof CHECKED_TLS & { readonly secureContext?: SecureContext };
