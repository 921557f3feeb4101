/** Environment variables that describe the function's network. A local run does not set them. */

export interface NetworkSettings {
  /** The proxy for calls to PISTE. */
  readonly httpsProxy?: string | undefined;
  /** File of authorities to trust in addition to the public ones. */
  readonly caFile?: string | undefined;
  /** True if calls to AWS also use the proxy. */
  readonly awsThroughProxy?: boolean | undefined;
}

const VARIABLES = {
  httpsProxy: "PISTE_HTTPS_PROXY",
  caFile: "PISTE_CA_FILE",
  awsThroughProxy: "PISTE_AWS_THROUGH_PROXY",
} as const satisfies Record<keyof NetworkSettings, string>;

export function encodeNetwork({ httpsProxy, caFile, awsThroughProxy }: NetworkSettings): Record<string, string> {
  return {
    ...(httpsProxy !== undefined && { [VARIABLES.httpsProxy]: httpsProxy }),
    ...(caFile !== undefined && { [VARIABLES.caFile]: caFile }),
    ...(awsThroughProxy === true && { [VARIABLES.awsThroughProxy]: "true" }),
  };
}

/** @throws Error naming the variable that does not fit. */
export function decodeNetwork(variables: Readonly<Record<string, string | undefined>>): NetworkSettings {
  const { [VARIABLES.httpsProxy]: httpsProxy, [VARIABLES.caFile]: caFile } = variables;
  if (httpsProxy !== undefined) checkProxyAddress(VARIABLES.httpsProxy, httpsProxy);
  return { httpsProxy, caFile, awsThroughProxy: variables[VARIABLES.awsThroughProxy] === "true" };
}

/** @throws Error naming the rule, without the value: it may hold a password. */
export function checkProxyAddress(property: string, address: string): void {
  if (/^https?:\/\/[^/?#@\\\s]+$/i.test(address) && URL.canParse(address)) return;
  throw new Error(
    `${property} must be http:// or https://, a host and an optional port, such as http://proxy.example:3128, got another form` +
      (/[@%]/.test(address)
        ? ", perhaps with a user name or password: allow the functions by their network instead"
        : ""),
  );
}
