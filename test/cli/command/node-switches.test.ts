import { describe, expect, it } from "@jest/globals";
import { CommandError } from "../../../cli/command/failure";
import { checkNodeSwitches } from "../../../cli/command/node-switches";

const check =
  (env: Readonly<Record<string, string>>, ...execArgv: readonly string[]) =>
  () => {
    checkNodeSwitches({ env, execArgv });
  };

describe("a command", () => {
  it.each([
    ["NODE_TLS_REJECT_UNAUTHORIZED=0", check({ NODE_TLS_REJECT_UNAUTHORIZED: "0" })],
    ["NODE_OPTIONS=--tls-min-v1.0", check({ NODE_OPTIONS: "--tls-min-v1.0" })],
    ["NODE_OPTIONS=--tls_min_v1.1", check({ NODE_OPTIONS: '--max-old-space-size=100 "--tls_min_v1.1"' })],
    ["NODE_OPTIONS=--insecure-http-parser", check({ NODE_OPTIONS: "--insecure-http-parser --no-warnings" })],
    ["--insecure-http-parser", check({}, "--no-warnings", "--insecure-http-parser")],
    ["--tls-min-v1.0", check({}, "--tls-min-v1.0")],
  ])("does not start with %s, and says what to do instead, in both languages", (named, start) => {
    let refusal: unknown;
    try {
      start();
    } catch (error) {
      refusal = error;
    }
    if (!(refusal instanceof CommandError)) throw new Error("it starts");
    expect(refusal.owner).toBe("operator");
    for (const text of [refusal.text.en, refusal.text.fr]) {
      expect(text).toMatch(new RegExp(`^${named} `));
      expect(text).toContain("NODE_EXTRA_CA_CERTS");
    }
  });

  it.each([
    ["another authority", check({ NODE_EXTRA_CA_CERTS: "/etc/company.pem" })],
    ["the switch as Node ignores it", check({ NODE_TLS_REJECT_UNAUTHORIZED: "1" })],
    ["stricter TLS", check({ NODE_OPTIONS: "--tls-min-v1.2 --tls-min-v1.3" }, "--no-insecure-http-parser")],
  ])("starts with %s", (_, start) => {
    expect(start).not.toThrow();
  });
});
