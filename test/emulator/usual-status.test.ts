import { expect, it } from "@jest/globals";
import { faultyAnswer } from "../../emulator/faults";

it.each([
  [{ on: "token", error: "invalid_client" }, 400],
  [{ on: "token", retryAfterInSeconds: 7 }, 429],
  [{ on: "api", location: "https://example.org/" }, 302],
  [{ on: "api", body: "html" }, 200],
] as const)("a fault %j without a status has the usual one", (fault, status) => {
  expect(faultyAnswer(fault)?.status).toBe(status);
});

it("a fault that is only a delay does not change the answer", () => {
  expect(faultyAnswer({ on: "token", delayInMilliseconds: 10 })).toBeUndefined();
});
