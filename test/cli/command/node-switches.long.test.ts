import { expect, it, jest } from "@jest/globals";
import { runPiste } from "../run-piste";

// Starting programs is slow on a busy machine.
jest.setTimeout(60_000);

it.each([
  ["NODE_TLS_REJECT_UNAUTHORIZED=0", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, "en"],
  ["NODE_OPTIONS=--insecure-http-parser", { NODE_OPTIONS: "--insecure-http-parser" }, "fr"],
  ["NODE_DEBUG", { NODE_DEBUG: "http" }, "en"],
])("no command starts with %s", async (named, env, language) => {
  const { code, out, err } = await runPiste(["--version", "--lang", language], { env });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(`${named} ${language === "fr" ? "est défini" : "is set"}`);
});
