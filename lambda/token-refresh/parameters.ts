/**
 * Only the hourly `passwords` reads parameters. The SSM client is a quarter of the code, so it has its own file in the
 * zip, which ticks do not load.
 */
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Network } from "../shared/network";
import { parameterReader, PARAMETERS_CLIENT_CONFIGURATION } from "../shared/parameters";

export const parametersIn = (network: Network): ReturnType<typeof parameterReader> =>
  parameterReader(new SSMClient(network.forAws(PARAMETERS_CLIENT_CONFIGURATION)));
