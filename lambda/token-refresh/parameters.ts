/**
 * Only the hourly `passwords` asks for parameters. Their client is a quarter of the code, so it is a file of its own in
 * the zip that no tick loads.
 */
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Network } from "../shared/network";
import { parameterReader, PARAMETERS_CLIENT_CONFIGURATION } from "../shared/parameters";

export const parametersIn = (network: Network): ReturnType<typeof parameterReader> =>
  parameterReader(new SSMClient(network.forAws(PARAMETERS_CLIENT_CONFIGURATION)));
