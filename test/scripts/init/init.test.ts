import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { PLATFORMS } from "../../../piste/environments";
import { GUIDE } from "../../../piste/guide";
import type { Language } from "../../../piste/language";
import { CommandError } from "../../../scripts/command/failure";
import type { Person, Question } from "../../../scripts/init/ask";
import { FIELDS } from "../../../scripts/init/fields";
import { init, type InitSession } from "../../../scripts/init/init";
import { renderStack } from "../../../scripts/init/render";
import { runPiste } from "../run-piste";

const SIRET = "73282932000074";
const A_PROCESS = 30_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "cdktf-piste-init-"));
  mkdirSync(path.join(folder, "stacks"));
  writeFileSync(path.join(folder, "stacks/configuration.ts"), "");
  for (const environment of PLATFORMS) put(environment, renderStack(environment, {}));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (environment: string): string => path.join(folder, "stacks", `${environment}.ts`);
const put = (environment: string, text: string): void => {
  writeFileSync(fileOf(environment), text);
};
const read = (environment: string): string => readFileSync(fileOf(environment), "utf8");
const filesLeft = (): string[] => readdirSync(path.join(folder, "stacks")).sort();

interface Ran {
  readonly out: string;
  readonly failure: CommandError | undefined;
}

async function run(more: Partial<InitSession> & { readonly input?: unknown } = {}): Promise<Ran> {
  const { input = {}, ...session } = more;
  const lines: string[] = [];
  const given = typeof input === "string" ? input : JSON.stringify(input);
  try {
    await init({
      folder,
      language: "en",
      yes: false,
      coloured: false,
      print: (line) => lines.push(line),
      readInput: () => Promise.resolve(given),
      variables: {},
      ...session,
    });
    return { out: lines.join("\n"), failure: undefined };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { out: lines.join("\n"), failure: error };
  }
}

/** Answers in turn, or takes what is offered; what is refused is noted and not asked again. */
class Someone implements Person {
  readonly asked: Question[] = [];
  readonly refusals: string[] = [];

  constructor(
    private readonly answers: readonly string[],
    private readonly agrees: boolean | (() => boolean) = true,
  ) {}

  answer(question: Question): Promise<string> {
    const typed = this.answers[this.asked.length] ?? "";
    const answer = typed === "" ? (question.byDefault ?? "") : typed;
    this.asked.push(question);
    const refusal = question.refuse(answer);
    if (refusal !== undefined) this.refusals.push(refusal);
    return Promise.resolve(refusal === undefined ? answer : "");
  }

  agree(): Promise<boolean> {
    return Promise.resolve(typeof this.agrees === "boolean" ? this.agrees : this.agrees());
  }
}

/** In the order of the questions. */
const QUALIF = ["eu-west-3", "123456789012", "a@exemple.fr, b@exemple.fr", "equipe@exemple.fr", "12345678901235"];
const PROD = ["eu-west-1", "210987654321", "astreinte@exemple.fr", "facturation-exemple", SIRET, "my-state"];

describe("piste init, asking a person", () => {
  it("writes what is answered", async () => {
    const { failure, out } = await run({ person: new Someone([...QUALIF, ...PROD]) });
    expect(failure).toBeUndefined();
    expect(read("qualif")).toBe(
      renderStack("qualif", {
        account: "123456789012",
        alarmEmails: ["a@exemple.fr", "b@exemple.fr"],
        pisteApplicationName: "APP_SANDBOX_equipe@exemple.fr",
        siret: "12345678901235",
      }),
    );
    expect(read("prod")).toBe(
      renderStack("prod", {
        region: "eu-west-1",
        account: "210987654321",
        alarmEmails: ["astreinte@exemple.fr"],
        pisteApplicationName: "facturation-exemple",
        siret: SIRET,
        stateBucket: "my-state",
      }),
    );
    expect(out).toContain("stacks/prod.ts: written.");
    expect(filesLeft()).toEqual(["configuration.ts", "prod.ts", "qualif.ts"]);
  });

  it("asks for all of prod anew, with the configuration's own defaults", async () => {
    const person = new Someone(QUALIF);
    await run({ person });
    expect(person.asked).toHaveLength(FIELDS.qualif.length + FIELDS.prod.length);
    const ofProd = person.asked.slice(FIELDS.qualif.length);
    expect(ofProd.map(({ byDefault }) => byDefault)).toEqual(["eu-west-3", ...Array<undefined>(5).fill(undefined)]);
    expect(read("prod")).toBe(renderStack("prod", {}));
  });

  it.each<[number, string, string, string]>([
    [0, "paris", 'qualif.region must be an AWS region such as eu-west-3, got "paris"', "une région comme eu-west-3"],
    [1, "1234", 'qualif.account must be the 12 digits of an AWS account, got "1234"', "12 chiffres"],
    [2, "a@b.fr, no", 'qualif.alarmEmails[1] must be an e-mail address, got "no"', "des adresses e-mail"],
    [2, "a@b.fr,a@b.fr", 'qualif.alarmEmails must differ from each other, got "a@b.fr" twice', "des adresses e-mail"],
    [3, "equipe", 'qualif.pisteAccountEmail must be an e-mail address, got "equipe"', "une adresse e-mail"],
    [4, "123", 'qualif.siret must be a SIRET of 14 digits without spaces, got "123"', "14 chiffres"],
    [8, "APP_SANDBOX_a@b.fr", "prod.pisteApplicationName must not begin with APP_SANDBOX_", "pas APP_SANDBOX_"],
    [9, "12345678901234", "prod.siret must be a SIRET whose check digit is right", "dont la clé est juste"],
    [10, "Bucket", "prod.stateBucket must be 3 to 63 lower-case letters", "de 3 à 63 minuscules"],
  ])("looks at each answer as the configuration does: question %i, %j", async (index, answer, english, french) => {
    for (const [language, expected] of [
      ["en", english],
      ["fr", french],
    ] as const) {
      const answers = Array<string>(index).fill("");
      const person = new Someone([...answers, answer]);
      await run({ person, language });
      expect(person.refusals).toHaveLength(1);
      expect(person.refusals[0]).toContain(expected);
    }
  });

  it("does not take qualification's SIRET for production's", async () => {
    const qualif = ["", "", "", "", SIRET];
    const person = new Someone([...qualif, "", "", "", "", SIRET]);
    await run({ person });
    expect(person.refusals).toEqual([expect.stringContaining("qualification's is fictitious")]);
  });

  it("shows the difference before it asks, and writes only what is agreed to", async () => {
    let times = 0;
    const person = new Someone([...QUALIF, ...PROD], () => ++times === 2);
    const { out, failure } = await run({ person });
    expect(failure).toBeUndefined();
    expect(read("qualif")).toBe(renderStack("qualif", {}));
    expect(read("prod")).toContain("facturation-exemple");
    expect(out).toContain("stacks/qualif.ts: left as it is.");
    expect(out).toContain("--- a/stacks/qualif.ts\n+++ b/stacks/qualif.ts\n@@");
    expect(out).toContain('+  account: "123456789012",');
    expect(out).toContain('-  // account: "123456789012",');
    expect(out).not.toContain("\u001b");
  });

  it("colours the difference where it may", async () => {
    const { out } = await run({ person: new Someone(QUALIF, false), coloured: true });
    expect(out).toContain('\u001b[32m+  account: "123456789012",\u001b[0m');
    expect(out).toContain('\u001b[31m-  // account: "123456789012",\u001b[0m');
  });
});

describe("piste init, asking again", () => {
  /** Of the questions of both environments, in their order. */
  const offers = async (session: Partial<InitSession> = {}): Promise<(string | undefined)[]> => {
    const person = new Someone([]);
    await run({ person, ...session });
    return person.asked.map(({ byDefault }) => byDefault);
  };
  const configure = (): void => {
    writeFileSync(
      path.join(folder, "stacks/configuration.ts"),
      'export const EXAMPLE = { qualifSiret: "12345678901234", prodSiret: "12345678200010" };\n',
    );
  };

  it("offers what the files say now, so that answering nothing changes nothing", async () => {
    configure();
    await run({ person: new Someone([...QUALIF, ...PROD]) });
    const before = PLATFORMS.map(read);
    expect(await offers({ variables: { AWS_REGION: "eu-north-1" } })).toEqual([...QUALIF, ...PROD]);
    expect(PLATFORMS.map(read)).toEqual(before);
  });

  it("offers what was written by hand, and nothing for what is the example's or left out", async () => {
    configure();
    put(
      "qualif",
      `import { EXAMPLE } from "./configuration";
       export const qualif = {
         alarmEmails: ["a@exemple.fr", "b@exemple.fr"],
         applications: [{
           name: "mine",
           technicalAccounts: [{ name: "one", structure: { identifier: EXAMPLE.qualifSiret, identifierType: "SIRET" } }],
         }],
       };`,
    );
    put("prod", `export const prod = { region: "eu-west-" + 1, state: { bucket: "my-state" }, applications: [] };`);
    expect(await offers()).toEqual([
      ...["eu-west-3", undefined, "a@exemple.fr, b@exemple.fr", undefined, undefined],
      ...["eu-west-1", undefined, undefined, undefined, undefined, "my-state"],
    ]);
  });

  it.each<[string, string]>([
    ["does not compile", "export const prod = {"],
    ["throws", 'throw new Error("no such thing\\u001b[31m");'],
    ["has no configuration of that name", "export const production = {};"],
    ["is of another form", 'export const prod = { applications: "chorus-pro" };'],
  ])("says why it offers nothing of a file that %s", async (_, text) => {
    put("prod", text);
    const { out, failure } = await run({ person: new Someone([], false), language: "fr" });
    expect(failure).toBeUndefined();
    expect(out).toContain("stacks/prod.ts n'a pas pu être lu, rien n'en est donc proposé : ");
    expect(out).not.toContain("stacks/qualif.ts n'a pas pu être lu");
    expect(out).not.toContain("\u001b");
  });
});

describe("the region that piste init offers the first time", () => {
  it.each<[string, Record<string, string>]>([
    ["eu-west-1", { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" }],
    ["eu-west-2", { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-2" }],
    ["eu-west-3", { AWS_REGION: "paris" }],
    ["eu-west-3", {}],
  ])("is %s in a shell with %j", async (expected, variables) => {
    rmSync(fileOf("prod"));
    const person = new Someone([]);
    await run({ person, variables });
    expect(person.asked.filter(({ message }) => message === "AWS region").map(({ byDefault }) => byDefault)).toEqual([
      expected,
      expected,
    ]);
    expect(read("prod")).toBe(renderStack("prod", { region: expected }));
  });
});

describe("piste init, with a pipe", () => {
  const INPUT = {
    qualif: { pisteAccountEmail: "equipe@exemple.fr" },
    prod: { siret: SIRET, alarmEmails: ["astreinte@exemple.fr"] },
  };

  it("shows the difference and writes nothing, unless it may", async () => {
    const { out, failure } = await run({ input: INPUT });
    expect(out).toContain('+      pisteApplicationName: "APP_SANDBOX_equipe@exemple.fr",');
    expect(failure?.owner).toBe("input");
    expect(failure?.text.en).toContain("would change in stacks/qualif.ts, stacks/prod.ts. `--yes` writes it");
    for (const environment of PLATFORMS) expect(read(environment)).toBe(renderStack(environment, {}));

    const again = await run({ input: INPUT, yes: true });
    expect(again.failure).toBeUndefined();
    expect(again.out).toContain("+++ b/stacks/prod.ts");
    expect(read("qualif")).toContain("APP_SANDBOX_equipe@exemple.fr");
    expect(read("prod")).toContain(SIRET);
  });

  it("writes nothing at all when one of two files would be overwritten", async () => {
    rmSync(fileOf("prod"));
    const { failure } = await run({ input: INPUT });
    expect(failure?.text.en).toContain("would change in stacks/qualif.ts.");
    expect(existsSync(fileOf("prod"))).toBe(false);
  });

  it("makes files that are not there, without a word", async () => {
    for (const environment of PLATFORMS) rmSync(fileOf(environment));
    const { out, failure } = await run({ input: INPUT });
    expect(failure).toBeUndefined();
    expect(out).not.toContain("+++");
    expect(read("prod")).toContain(SIRET);
  });

  it("has nothing to do when nothing changes", async () => {
    const { out, failure } = await run({ input: "{}" });
    expect(failure).toBeUndefined();
    expect(out).toContain("stacks/qualif.ts: nothing changes.");
    expect((await run({ input: "\uFEFF{}" })).failure).toBeUndefined();
  });

  it("keeps the ends of lines that a file has", async () => {
    put("prod", renderStack("prod", {}).replaceAll("\n", "\r\n"));
    expect((await run({ input: {} })).out).toContain("stacks/prod.ts: nothing changes.");
    const { out } = await run({ input: INPUT, yes: true });
    expect(read("prod")).toBe(
      renderStack("prod", { siret: SIRET, alarmEmails: ["astreinte@exemple.fr"] }).replaceAll("\n", "\r\n"),
    );
    expect(out.match(/^[-+] {2}/gm)).toHaveLength(6);
  });

  it.each<[string, unknown, readonly string[]]>([
    ["no JSON", "{", ["no JSON"]],
    ["nothing", "", ["no JSON"]],
    ["a list", [], ["the whole input"]],
    ["unknown fields", { prod: { sirett: "1", client_secret: "canary-1" } }, ["prod.sirett", "prod.client_secret"]],
    ["a list for an environment", { prod: [] }, ["prod"]],
    ["an unknown environment", { production: {} }, ["production"]],
    [
      "another kind",
      { qualif: { siret: 12345678901234, alarmEmails: "a@b.fr" } },
      ["qualif.siret", "qualif.alarmEmails"],
    ],
    ["prod's in qualif", { qualif: { stateBucket: "my-state" } }, ["qualif.stateBucket"]],
    ["qualif's in prod", { prod: { pisteAccountEmail: "a@b.fr" } }, ["prod.pisteAccountEmail"]],
    ["broken rules", { qualif: { region: "" }, prod: { siret: "12345678901234" } }, ["qualif.region", "prod.siret"]],
    ["what was copied", { qualif: { siret: SIRET }, prod: { siret: SIRET } }, ["prod.siret"]],
  ])("refuses %s and names the fields in both languages", async (_, input, fields) => {
    const { failure, out } = await run({ input, yes: true });
    expect(failure?.owner).toBe("input");
    for (const field of fields) expect(failure?.text.en).toContain(field);
    for (const field of fields.filter((name) => name.includes("."))) expect(failure?.text.fr).toContain(field);
    expect(out).toBe("");
    expect(JSON.stringify(failure?.text)).not.toContain("canary");
    for (const environment of PLATFORMS) expect(read(environment)).toBe(renderStack(environment, {}));
  });
});

describe("what piste init writes", () => {
  it("is nothing where there is no configuration", async () => {
    renameSync(path.join(folder, "stacks/configuration.ts"), path.join(folder, "stacks/other.ts"));
    const { failure } = await run({ input: {}, yes: true });
    expect(failure?.owner).toBe("input");
    expect(failure?.text.en).toMatch(/clone of cdktf-piste.*In a stack of your own/s);
    expect(failure?.text.fr).toContain("PisteApplication");
  });

  it("goes where a link leads, and leaves the link", async () => {
    const elsewhere = path.join(folder, "elsewhere.ts");
    renameSync(fileOf("prod"), elsewhere);
    symlinkSync(elsewhere, fileOf("prod"));
    await run({ input: { prod: { siret: SIRET } }, yes: true });
    expect(lstatSync(fileOf("prod")).isSymbolicLink()).toBe(true);
    expect(readFileSync(elsewhere, "utf8")).toContain(SIRET);
  });

  it("is nothing when one of the files cannot be written", async () => {
    const place = path.join(folder, "stacks", `prod.ts.${process.pid}`);
    mkdirSync(place);
    const { failure } = await run({ input: { qualif: { siret: SIRET }, prod: { region: "eu-west-1" } }, yes: true });
    expect(failure?.text.en).toMatch(/could not be written.*whole/);
    for (const environment of PLATFORMS) expect(read(environment)).toBe(renderStack(environment, {}));
    rmSync(place, { recursive: true });
    expect(filesLeft()).toEqual(["configuration.ts", "prod.ts", "qualif.ts"]);
  });

  it("is the file, not what its mode keeps others from: a new one", async () => {
    chmodSync(fileOf("prod"), 0o444);
    const { failure } = await run({ input: { prod: { siret: SIRET } }, yes: true });
    expect(failure).toBeUndefined();
    expect(read("prod")).toContain(SIRET);
  });
});

describe("what comes next", () => {
  it.each<Language>(["en", "fr"])(
    "is said in the reader's language, with the guide's steps to production: %s",
    async (language) => {
      const { out } = await run({ input: { prod: { stateBucket: "my-state" } }, yes: true, language });
      for (const { id, title, where } of GUIDE.prod) {
        expect(out).toContain(`${id}  ${title[language]}`);
        expect(out).toContain(where[language]);
      }
      expect(out).toMatch(
        /npx cdktf deploy state\n {2}npx cdktf deploy prod\n {2}npx piste credentials set prod client/,
      );
      expect(out).toContain("npx piste doctor qualif");
    },
  );

  it("begins with what was left open", async () => {
    const { out } = await run({ person: new Someone([...QUALIF, "", "", "", "", SIRET]) });
    expect(out).toContain("  stacks/prod.ts: account, alarmEmails, pisteApplicationName, stateBucket\n");
    expect(out).not.toContain("stacks/qualif.ts: al");
    expect(out).not.toContain("npx cdktf deploy state");
  });
});

describe("the command", () => {
  it(
    "shows what would change where it is run, and touches nothing",
    async () => {
      const ended = await runPiste(["init", "--lang", "fr"], { cwd: folder, input: '{"prod":{"region":"eu-west-1"}}' });
      expect(ended.code).toBe(2);
      expect(ended.out).toContain('+  region: "eu-west-1",');
      expect(ended.err).toContain("Rien n'a été écrit");
      for (const environment of PLATFORMS) expect(read(environment)).toBe(renderStack(environment, {}));
    },
    A_PROCESS,
  );

  it(
    "writes where it is run",
    async () => {
      const ended = await runPiste(["init", "--yes"], { cwd: folder, input: '{"prod":{"region":"eu-west-1"}}' });
      expect(ended.code).toBe(0);
      expect(read("prod")).toBe(renderStack("prod", { region: "eu-west-1" }));
      expect(ended.out).toContain("P1  Production application");
    },
    A_PROCESS,
  );
});
