/** TLS settings that verify the server on every connection, even when Node's global settings disable this. */
import { DEFAULT_MIN_VERSION, type SecureContext } from "node:tls";

/** Options of a request or an agent. They override `NODE_TLS_REJECT_UNAUTHORIZED` and `--tls-min-v1.0`. */
export const CHECKED_TLS = {
  rejectUnauthorized: true,
  minVersion: DEFAULT_MIN_VERSION === "TLSv1.3" ? "TLSv1.3" : "TLSv1.2",
} as const;

/** {@link CHECKED_TLS}, optionally with other certificate authorities. */
export type Tls = typeof CHECKED_TLS & { readonly secureContext?: SecureContext };
