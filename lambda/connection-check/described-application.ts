/** What there is to check, as the application's description in SSM says. */
import { GetParameterCommand, SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import type { DescribedAccount, Description } from "../../piste/description";
import { accountPageSchema, descriptionSchema } from "../../piste/description-schemas";
import type { Environment } from "../../piste/environments";
import { accountsParameterName, descriptionParameterName } from "../../piste/names";
import { CHECKED_TLS } from "../../piste/tls";
import { PlatformError } from "../shared/secret-store";

export interface ParameterStore {
  read(name: string): Promise<string>;
}

const CLIENT_CONFIGURATION: SSMClientConfig = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpsAgent: CHECKED_TLS,
  },
};

export function parameterStore(client: Pick<SSMClient, "send"> = new SSMClient(CLIENT_CONFIGURATION)): ParameterStore {
  return {
    async read(name) {
      try {
        const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
        return Parameter?.Value ?? "";
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
        throw new PlatformError(`cannot read the parameter ${name}: ${reason}`, { cause: error });
      }
    },
  };
}

export interface DescribedApplication {
  readonly description: Description;
  readonly accounts: readonly DescribedAccount[];
}

/** @throws PlatformError when a parameter is missing, refused or none of this package's. */
export async function readApplication(
  parameters: ParameterStore,
  environment: Environment,
  application: string,
): Promise<DescribedApplication> {
  const read = async <T>(name: string, schema: v.GenericSchema<unknown, T>): Promise<T> =>
    parse(name, schema, await parameters.read(name));
  const description = await read(descriptionParameterName(environment, application), descriptionSchema);
  const accounts: DescribedAccount[] = [];
  for (let page = 1; page <= description.accountPages; page++) {
    accounts.push(...(await read(accountsParameterName(environment, application, page), accountPageSchema)));
  }
  return { description, accounts };
}

function parse<T>(name: string, schema: v.GenericSchema<unknown, T>, value: string): T {
  try {
    return v.parse(schema, JSON.parse(value));
  } catch (error) {
    throw new PlatformError(`the parameter ${name} does not hold a description of this package's`, { cause: error });
  }
}
