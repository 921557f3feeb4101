/** Parameters of SSM. */
import { GetParameterCommand, SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";
import { CHECKED_TLS } from "../../piste/tls";

/**
 * Of all applications of an AWS account the runs begin in the same minute, and AWS allows 40 parameters a second: so
 * more tries than for a secret, each shorter.
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

/** @returns the text of a parameter; AWS's own error is thrown. */
export function parameterReader(
  client: Pick<SSMClient, "send"> = new SSMClient(PARAMETERS_CLIENT_CONFIGURATION),
): (name: string) => Promise<string> {
  return async (name) => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? "";
  };
}
