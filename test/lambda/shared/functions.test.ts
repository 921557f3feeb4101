import type * as http from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { functionInvoker, functionsConfiguration } from "../../../lambda/shared/functions";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { CHECKED_TLS } from "../../../piste/tls";
import { LocalServer, type ReceivedRequest } from "../../local-server";

const ARN = "arn:aws:lambda:eu-west-3:123456789012:function:the-refresher";
const INPUT = { environment: "qualif", application: "chorus-pro", operation: "refresh" };

class Lambda extends LocalServer {
  readonly received: ReceivedRequest[] = [];
  reply: (outgoing: http.ServerResponse) => void = (outgoing) => outgoing.end("{}");

  protected answer(request: ReceivedRequest, outgoing: http.ServerResponse): Promise<void> {
    this.received.push(request);
    this.reply(outgoing);
    return Promise.resolve();
  }
}

const lambda = new Lambda();
beforeAll(() => lambda.listen());
beforeEach(() => {
  lambda.received.splice(0);
});
afterAll(() => lambda.stop());

const invoke = (timeoutInSeconds = 30): ReturnType<ReturnType<typeof functionInvoker>> => {
  const configuration = functionsConfiguration(timeoutInSeconds);
  const { endpoint } = lambda;
  const credentials = { accessKeyId: "made-up", secretAccessKey: "made-up" };
  const client = new LambdaClient({ ...configuration, region: "eu-west-3", endpoint, credentials });
  return functionInvoker(timeoutInSeconds, client)(ARN, INPUT);
};

describe("an invoked function", () => {
  it("is found by its ARN, gets the input and answers", async () => {
    lambda.reply = (outgoing) => outgoing.end('{"outcome":"refreshed"}');
    expect(await invoke()).toEqual({ failed: false, answer: { outcome: "refreshed" } });
    const [request, ...others] = lambda.received;
    expect(others).toEqual([]);
    expect(decodeURIComponent(request?.url ?? "")).toBe(`/2015-03-31/functions/${ARN}/invocations`);
    expect(JSON.parse(request?.body.toString("utf8") ?? "")).toEqual(INPUT);
  });

  it("can fail by itself, which is not a refusal of AWS", async () => {
    lambda.reply = (outgoing) => {
      outgoing.setHeader("x-amz-function-error", "Unhandled");
      outgoing.end('{"errorType":"Error","errorMessage":"made-up"}');
    };
    expect(await invoke()).toEqual({ failed: true, answer: { errorType: "Error", errorMessage: "made-up" } });
  });

  it("has no answer if its payload is not JSON", async () => {
    lambda.reply = (outgoing) => outgoing.end("<html>");
    expect(await invoke()).toEqual({ failed: false, answer: undefined });
  });

  it.each([
    [403, "AccessDeniedException"],
    [429, "TooManyRequestsException"],
    [500, "ServiceException"],
  ])("is invoked once, and AWS's error is kept: %d", async (status, name) => {
    lambda.reply = (outgoing) => {
      outgoing.writeHead(status, { "x-amzn-errortype": name }).end('{"message":"not now"}');
    };
    const thrown = await invoke().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(PlatformError);
    expect((thrown as Error).message).toMatch(`cannot invoke the function ${ARN}: ${name}`);
    expect(lambda.received).toHaveLength(1);
  });

  it("has a longer request timeout than its own, and is called over verified TLS", () => {
    const { requestHandler } = functionsConfiguration(30);
    expect(requestHandler).toMatchObject({ requestTimeout: 45_000, httpsAgent: CHECKED_TLS });
  });
});
