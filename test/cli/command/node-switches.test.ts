import { describe, expect, it } from "@jest/globals";
import { CommandError } from "../../../cli/command/failure";
import { checkNodeSwitches } from "../../../cli/command/node-switches";

const check =
  (env: Readonly<Record<string, string>>, ...execArgv: readonly string[]) =>
  () => {
    checkNodeSwitches({ env, execArgv });
  };

function refusalOf(start: () => void): CommandError {
  try {
    start();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("a command", () => {
  it.each([
    ["NODE_TLS_REJECT_UNAUTHORIZED=0", check({ NODE_TLS_REJECT_UNAUTHORIZED: "0" })],
    ["NODE_OPTIONS=--tls-min-v1.0", check({ NODE_OPTIONS: "--tls-min-v1.0" })],
    ["NODE_OPTIONS=--tls_min_v1.1", check({ NODE_OPTIONS: '--max-old-space-size=100 "--tls_min_v1.1"' })],
    ["NODE_OPTIONS=--insecure-http-parser", check({ NODE_OPTIONS: "--insecure-http-parser --no-warnings" })],
    ["--insecure-http-parser", check({}, "--no-warnings", "--insecure-http-parser")],
    ["--tls-min-v1.0", check({}, "--tls-min-v1.0")],
  ])("does not start with %s, and gives an alternative in both languages", (named, start) => {
    const refusal = refusalOf(start);
    expect(refusal.owner).toBe("operator");
    for (const text of [refusal.text.en, refusal.text.fr]) {
      expect(text).toMatch(new RegExp(`^${named} `));
      expect(text).toContain("NODE_EXTRA_CA_CERTS");
    }
  });

  it.each([
    ["NODE_DEBUG", check({ NODE_DEBUG: "http" })],
    ["NODE_DEBUG", check({ NODE_DEBUG: "module,HTTP2" })],
    ["NODE_DEBUG", check({ NODE_DEBUG: "*" })],
    ["NODE_DEBUG", check({ NODE_DEBUG: "ht*s" })],
    ["NODE_OPTIONS=--tls-keylog", check({ NODE_OPTIONS: "--tls-keylog=/tmp/keys" })],
    ["--tls_keylog", check({}, "--tls_keylog=/tmp/keys")],
    ["NODE_OPTIONS=--inspect", check({ NODE_OPTIONS: "--inspect" })],
    ["--inspect", check({}, "--inspect=127.0.0.1:9229")],
    ["--inspect-brk", check({}, "--inspect-brk")],
    ["--inspect-wait", check({}, "--inspect-wait")],
    ["NODE_OPTIONS=--inspect_port", check({ NODE_OPTIONS: "--inspect_port=0" })],
    ["--debug-port", check({}, "--debug-port=0")],
  ])("does not start with %s, which would show or save requests, in both languages", (named, start) => {
    const refusal = refusalOf(start);
    expect(refusal.owner).toBe("operator");
    expect(refusal.text.en).toMatch(new RegExp(`^${named} is set: .*Nothing was sent`));
    expect(refusal.text.fr).toMatch(new RegExp(`^${named} est défini .*Rien n'a été envoyé`));
    for (const text of [refusal.text.en, refusal.text.fr]) expect(text).not.toContain("NODE_EXTRA_CA_CERTS");
  });

  it.each([
    ["another authority", check({ NODE_EXTRA_CA_CERTS: "/etc/company.pem" })],
    ["a value that Node.js ignores", check({ NODE_TLS_REJECT_UNAUTHORIZED: "1" })],
    ["stricter TLS", check({ NODE_OPTIONS: "--tls-min-v1.2 --tls-min-v1.3" }, "--no-insecure-http-parser")],
    ["an empty NODE_DEBUG", check({ NODE_DEBUG: "" })],
    ["no debugger", check({ NODE_OPTIONS: "--no-inspect" })],
  ])("starts with %s", (_, start) => {
    expect(start).not.toThrow();
  });
});
