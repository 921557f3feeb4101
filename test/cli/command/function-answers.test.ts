/** A function's answer, and what it logs, are claims: whoever names a function in a description writes them. */
import * as http from "node:http";
import { expect, it } from "@jest/globals";
import type { CommandError } from "../../../cli/command/failure";
import { FunctionError, sdkAws } from "../../../cli/command/sdk-aws";
import { description } from "../credentials/fixture";
import { whileListening } from "../../piste/servers";

const CREDENTIALS = { accessKeyId: "made-up", secretAccessKey: "made-up" };
const LONG = "long ".repeat(100_000);

/** What the command makes of an answer of Lambda. */
async function invoked(answer: unknown, headers: http.OutgoingHttpHeaders = {}): Promise<unknown> {
  const server = http.createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, headers).end(JSON.stringify(answer)));
  });
  return whileListening(server, (port) =>
    sdkAws({ region: "eu-west-3", credentials: CREDENTIALS, endpoint: `http://127.0.0.1:${port}` })
      .invoke(description(), "promote")
      .catch((error: unknown) => error),
  );
}

const RESULT = { outcome: "refreshed", reason: "requested", promoted: true, expiresAt: 1_795_690_000 };

it("a result of a run is taken", async () => {
  expect(await invoked(RESULT)).toEqual(RESULT);
});

it.each([
  ["an end that no clock has", { ...RESULT, expiresAt: 1e15 }],
  ["an end before all time", { ...RESULT, expiresAt: -1e15 }],
  ["an end that is a text", { ...RESULT, expiresAt: "tomorrow" }],
  ["an outcome of its own", { ...RESULT, outcome: "stored, and sent to us" }],
  ["a meaning without end", { ...RESULT, outcome: "failed", meaning: LONG }],
  ["a reason without end", { ...RESULT, outcome: "failed", reason: LONG }],
  ["nothing", null],
  ["a list", [RESULT]],
])("%s is none", async (_, answer) => {
  const error = await invoked(answer);
  expect(error).toBeInstanceOf(FunctionError);
  expect((error as CommandError).text.en).toMatch(/failed: Answer: it is no result of a run$/);
});

it("an error that the function makes up is shown, but not without end", async () => {
  const error = await invoked({ errorType: LONG, errorMessage: LONG }, { "x-amz-function-error": "Unhandled" });
  expect(error).toBeInstanceOf(FunctionError);
  const { en, fr } = (error as CommandError).text;
  expect(en.length).toBeLessThan(3_000);
  expect(fr.length).toBeLessThan(3_000);
});
