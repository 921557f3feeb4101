/** A description may name any function of the AWS account and region, so its answers are not trusted. */
import type * as http from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { sdkAws } from "../../../cli/command/sdk-aws";
import { description, failureOf } from "../credentials/fixture";
import { LocalServer } from "../../local-server";

/** Lambda with one function that answers `payload`. */
class Lambda extends LocalServer {
  payload: object = {};
  failed = false;
  refusal: string | undefined;

  protected answer(_: unknown, outgoing: http.ServerResponse): Promise<void> {
    if (this.failed) outgoing.setHeader("x-amz-function-error", "Unhandled");
    if (this.refusal !== undefined) outgoing.writeHead(429, { "x-amzn-errortype": this.refusal });
    outgoing.end(JSON.stringify(this.payload));
    return Promise.resolve();
  }
}

const lambda = new Lambda();
beforeAll(() => lambda.listen());
afterAll(() => lambda.stop());

function invoke(payload: object, failed = false): ReturnType<ReturnType<typeof sdkAws>["invoke"]> {
  lambda.payload = payload;
  lambda.failed = failed;
  const credentials = { accessKeyId: "made-up", secretAccessKey: "made-up" };
  return sdkAws({ region: "eu-west-3", endpoint: lambda.endpoint, credentials }).invoke(description(), "promote");
}

const LONG = "x".repeat(100_000);

describe("a function's answer", () => {
  it("can mean reserved concurrency 0, for which AWS uses the error of too many calls", async () => {
    process.env["AWS_MAX_ATTEMPTS"] = "1";
    lambda.refusal = "TooManyRequestsException";
    const { text, owner } = await failureOf(invoke({}));
    delete process.env["AWS_MAX_ATTEMPTS"];
    lambda.refusal = undefined;
    for (const language of [text.en, text.fr]) {
      expect(language).toContain(
        `\`aws lambda get-function-concurrency --function-name ${description().function} --region eu-west-3\``,
      );
    }
    expect(owner).toBe("wait");
  });

  it("is shortened if it is longer than the refresher's", async () => {
    const result = await invoke({ outcome: "failed", reason: LONG, class: LONG, meaning: LONG });
    expect(JSON.stringify(result).length).toBeLessThan(10_000);
  });

  it("is shortened in an error", async () => {
    const { text } = await failureOf(invoke({ errorType: LONG, errorMessage: LONG }, true));
    expect(text.en.length).toBeLessThan(10_000);
    expect(text.fr.length).toBeLessThan(10_000);
  });

  it("is put on one line, so that no part looks like the command's own output", async () => {
    const { meaning } = await invoke({ outcome: "failed", reason: "made-up", meaning: "Do this:\n\n`aws`" });
    expect(meaning).toBe("Do this: `aws`");
  });

  it.each([1e300, -1])("is refused with an impossible time: %d", async (expiresAt) => {
    const error = await failureOf(invoke({ outcome: "refreshed", reason: "requested", expiresAt }));
    expect(error.text.en).toBe(
      `The function ${description().function} answered something else than the result of a run.`,
    );
    expect(error.text.fr).not.toMatch(/Answer|result of/);
  });

  it("is accepted otherwise", async () => {
    const expiresAt = Math.floor(Date.now() / 1000) + 3600;
    const result = { outcome: "refreshed", reason: "requested", expiresAt };
    expect(await invoke(result)).toEqual(result);
    const budget = { kept: "write-budget", writtenLastDay: 31, nextWriteAt: expiresAt };
    expect(await invoke({ ...result, ...budget })).toEqual({ ...result, ...budget });
  });
});
