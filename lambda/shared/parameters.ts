/** Parameters of SSM. */
import { GetParameterCommand, SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";
import { CHECKED_TLS } from "../../piste/tls";

/**
 * All applications of an AWS account run in the same minute, and AWS allows 40 GetParameter calls a second: so more
 * attempts than for a secret, each with a shorter timeout.
 */
export const PARAMETERS_CLIENT_CONFIGURATION: SSMClientConfig = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
    httpsAgent: CHECKED_TLS,
  },
};

/** Reads the text of a parameter. AWS's errors pass through. */
export function parameterReader(
  client: Pick<SSMClient, "send"> = new SSMClient(PARAMETERS_CLIENT_CONFIGURATION),
): (name: string) => Promise<string> {
  return async (name) => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? "";
  };
}
