import { describe, expect, it } from "@jest/globals";
import {
  diagnoseAnswer,
  diagnoseNetworkFailure,
  DIAGNOSIS_CODES,
  diagnosisMeaning,
  type FailureClass,
  type NextTry,
} from "../../piste/diagnosis";
import { NETWORK_FAILURES, type HttpAnswer, type NetworkFailure } from "../../piste/http";

const answer = (status: number, changes: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status,
  contentType: "application/json",
  body: "{}",
  ...changes,
});
const oauth = (status: number, error: string): HttpAnswer => answer(status, { body: JSON.stringify({ error }) });
const page = (status: number): HttpAnswer =>
  answer(status, { contentType: "text/HTML; charset=utf-8", body: "<html></html>" });

type Expected = readonly [title: string, answer: HttpAnswer, failureClass: FailureClass, code: string, next: NextTry];

const ANSWERS: readonly Expected[] = [
  ["400 invalid_client", oauth(400, "invalid_client"), "rejected", "invalid-client", "person"],
  ["401 invalid_client", oauth(401, "invalid_client"), "suspect", "invalid-client-unconfirmed", "next-tick"],
  ["401 without a body", answer(401, { body: "" }), "suspect", "invalid-client-unconfirmed", "next-tick"],
  [
    "401 with an error of another kind",
    answer(401, { body: '{"error":5}' }),
    "suspect",
    "invalid-client-unconfirmed",
    "next-tick",
  ],
  ["401 with another error", oauth(401, "unauthorized_client"), "rejected", "request-refused", "person"],
  ["401 with a web page", page(401), "invalid-response", "html", "next-tick"],
  ["400 invalid_scope", oauth(400, "invalid_scope"), "rejected", "invalid-scope", "person"],
  ["400 unsupported_grant_type", oauth(400, "unsupported_grant_type"), "rejected", "request-refused", "person"],
  ["400 invalid_request", oauth(400, "invalid_request"), "rejected", "request-refused", "person"],
  ["400 with a web page", page(400), "invalid-response", "html", "next-tick"],
  ["400 without an error", answer(400), "invalid-response", "no-token", "next-tick"],
  ["429", answer(429), "throttled", "throttled", "now"],
  ["429 invalid_client", oauth(429, "invalid_client"), "throttled", "throttled", "now"],
  ["429 with a web page", page(429), "throttled", "throttled", "now"],
  ["500", answer(500), "unavailable", "server-error", "now"],
  ["502 with a web page", page(502), "unavailable", "server-error", "now"],
  ["503 without a body", answer(503, { body: "" }), "unavailable", "server-error", "now"],
  ["504", answer(504), "unavailable", "server-error", "now"],
  ["503 with an OAuth2 error", oauth(503, "invalid_client"), "unavailable", "server-error", "now"],
  ["408", answer(408), "unavailable", "server-error", "now"],
  ["a redirect with a web page", page(302), "invalid-response", "redirect", "next-tick"],
  ["a permanent redirect", answer(308, { body: "" }), "invalid-response", "redirect", "next-tick"],
  ["200 with a web page", page(200), "invalid-response", "html", "next-tick"],
  ["a web page said to be JSON", answer(200, { body: "\n <!DOCTYPE html>" }), "invalid-response", "html", "next-tick"],
  ["200 with nothing", answer(200, { body: " \n", contentType: undefined }), "invalid-response", "empty", "next-tick"],
  ["200 with JSON without a token", answer(200), "invalid-response", "no-token", "next-tick"],
  ["200 with JSON null", answer(200, { body: "null" }), "invalid-response", "no-token", "next-tick"],
  ["200 with half of its JSON", answer(200, { body: '{"access_to' }), "invalid-response", "no-token", "next-tick"],
  ["403 with a web page", page(403), "invalid-response", "html", "next-tick"],
  ["403 without a body", answer(403, { body: "" }), "invalid-response", "empty", "next-tick"],
  ["403 invalid_client", oauth(403, "invalid_client"), "invalid-response", "no-token", "next-tick"],
  ["404 without a body", answer(404, { body: "" }), "invalid-response", "empty", "next-tick"],
  ["404 with JSON", answer(404), "invalid-response", "no-token", "next-tick"],
];

const NETWORK: Readonly<Record<NetworkFailure, readonly [failureClass: FailureClass, next: NextTry]>> = {
  dns: ["unavailable", "now"],
  refused: ["unavailable", "now"],
  reset: ["unavailable", "now"],
  tls: ["unavailable", "now"],
  "timeout-connect": ["unavailable", "now"],
  "timeout-read": ["unavailable", "now"],
  proxy: ["unavailable", "now"],
  "behind-proxy": ["unavailable", "now"],
  "half-body": ["unavailable", "now"],
  "too-large": ["invalid-response", "next-tick"],
  network: ["unavailable", "now"],
};

describe("the diagnosis of the token endpoint's answer", () => {
  it.each(ANSWERS)("knows %s", (_, given, failureClass, code, nextTry) => {
    expect(diagnoseAnswer(given)).toEqual({ class: failureClass, code, nextTry, meaning: expect.any(String) });
  });

  it.each(["invalid-client-unconfirmed", "redirect", "html", "empty", "no-token"])(
    "says probably, since %s is a guess",
    (code) => {
      const given = ANSWERS.find(([, , , known]) => known === code)?.[1];
      expect(given && diagnoseAnswer(given).meaning).toMatch(/probably/);
    },
  );

  it("names the most frequent mistake of a refused pair: the API key pair", () => {
    expect(diagnoseAnswer(oauth(400, "invalid_client")).meaning).toMatch(/OAuth2 pair .* not the API key pair/);
  });

  it("says where to correct an unknown scope", () => {
    expect(diagnoseAnswer(oauth(400, "invalid_scope")).meaning).toContain("`scope`");
  });

  it("never repeats the body, which may hold a token or a credential", () => {
    const canary = "canary-51c0";
    for (const status of [200, 302, 400, 401, 403, 404, 429, 500]) {
      const bodies = [canary, JSON.stringify({ error: canary }), `<p>${canary}</p>`];
      const said = bodies.map((body) => JSON.stringify(diagnoseAnswer(answer(status, { body, contentType: canary }))));
      expect(said.join("")).not.toContain(canary);
    }
  });
});

describe("the diagnosis of a call without a complete answer", () => {
  it.each(NETWORK_FAILURES)("knows %s", (failure) => {
    const [failureClass, nextTry] = NETWORK[failure];
    expect(diagnoseNetworkFailure(failure)).toMatchObject({ class: failureClass, code: failure, nextTry });
  });

  it("has a different text for each", () => {
    const meanings = NETWORK_FAILURES.map((failure) => diagnoseNetworkFailure(failure).meaning);
    expect(new Set(meanings).size).toBe(NETWORK_FAILURES.length);
  });
});

it("has a test for every code", () => {
  const tested = [...ANSWERS.map(([, , , code]) => code), ...NETWORK_FAILURES];
  expect(new Set(tested)).toEqual(new Set(DIAGNOSIS_CODES));
});

it("gives a sentence for every code, and for no other text", () => {
  for (const [, given, , code] of ANSWERS) expect(diagnosisMeaning(code)).toBe(diagnoseAnswer(given).meaning);
  for (const failure of NETWORK_FAILURES) {
    expect(diagnosisMeaning(failure)).toBe(diagnoseNetworkFailure(failure).meaning);
  }
  expect(diagnosisMeaning("promoted")).toBeUndefined();
});
