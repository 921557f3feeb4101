import { tmpdir } from "node:os";
import { describe, expect, it } from "@jest/globals";
import { runPiste } from "../run-piste";

const A_PROCESS = 30_000;

describe("the commands that call", () => {
  it(
    "end a usage error with one sentence, its exit code and no standard output",
    async () => {
      const ended = await runPiste(["call", "qualif", "https://example.org/x"]);
      expect(ended).toMatchObject({ code: 2, out: "" });
      expect(ended.err).toContain('"https://example.org/x" is not the address of an API');
      expect(ended.err).not.toMatch(/^\s+at /m);
      const inFrench = await runPiste(["call", "qualif", "structures", "--lang", "fr"]);
      expect(inFrench.err).toContain("n'est pas l'adresse d'une API");
    },
    A_PROCESS,
  );

  it(
    "refuse to print a token with other output",
    async () => {
      const { code, out } = await runPiste(["token", "qualif", "--print", "--json"]);
      expect(code).toBe(2);
      expect(JSON.parse(out)).toEqual({ error: expect.objectContaining({ code: "usage", owner: "operator" }) });
    },
    A_PROCESS,
  );

  it.each(["token renew qualif --local", "token --local renew qualif"])(
    "accept --local at any place: %s",
    async (words) => {
      const ended = await runPiste(words.split(" "), { cwd: tmpdir() });
      expect(ended).toMatchObject({ code: 2, out: "" });
      expect(ended.err).toContain("npm start -- --keep");
    },
    A_PROCESS,
  );

  it(
    "do not print the token at a renewal",
    async () => {
      const ended = await runPiste(["token", "renew", "qualif", "--print"]);
      expect(ended).toMatchObject({ code: 2, out: "" });
      expect(ended.err).toContain("--print");
    },
    A_PROCESS,
  );

  it.each(["token", "token renew", "call"])(
    "have help with examples: %s",
    async (command) => {
      const ended = await runPiste([...command.split(" "), "--help", "--lang=fr"]);
      expect(ended.code).toBe(0);
      expect(ended.out).toMatch(new RegExp(`Exemples :\n  .*npx piste ${command} qualif`));
    },
    A_PROCESS,
  );
});
