/** Invokes other Lambda functions. */
import { InvokeCommand, LambdaClient, type LambdaClientConfig } from "@aws-sdk/client-lambda";
import { parseJson, withoutQuotes } from "../../piste/json";
import { CHECKED_TLS } from "../../piste/tls";
import { PlatformError } from "./secret-store";

/** The answer or the error of an invoked function. */
export interface Invocation {
  readonly failed: boolean;
  readonly answer: unknown;
}

/** Runs a function and waits for it. @throws PlatformError when AWS refuses or does not answer. */
export type InvokeFunction = (functionArn: string, input: object) => Promise<Invocation>;

/** For a cold start, added to the function's own timeout. */
const START_IN_SECONDS = 15;

/** A single attempt: a retry could run the function twice. */
export const functionsConfiguration = (timeoutInSeconds: number): LambdaClientConfig => ({
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: (timeoutInSeconds + START_IN_SECONDS) * 1000,
    throwOnRequestTimeout: true,
    httpsAgent: CHECKED_TLS,
  },
});

/** @param timeoutInSeconds the invoked function's. */
export function functionInvoker(
  timeoutInSeconds: number,
  client: Pick<LambdaClient, "send"> = new LambdaClient(functionsConfiguration(timeoutInSeconds)),
): InvokeFunction {
  return async (functionArn, input) => {
    try {
      const { Payload, FunctionError: failed } = await client.send(
        new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(input) }),
      );
      return { failed: failed !== undefined, answer: parseJson(Payload?.transformToString() ?? "") };
    } catch (thrown) {
      const cause = withoutQuotes(thrown);
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown";
      throw new PlatformError(`cannot invoke the function ${functionArn}: ${reason}`, { cause });
    }
  };
}
