import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Language } from "../../../piste/language";
import { CommandMaker } from "../../../cli/command/options";
import { addDoctorCommand } from "../../../cli/doctor/commands";
import { CONFIRMATIONS_FILE } from "../../../cli/doctor/report";
import { DoctorFixture, LOGIN } from "./fixture";

let folder = "";
const out: string[] = [];
const err: string[] = [];
const exitCodeBefore = process.exitCode;
const argvBefore = process.argv;

function withoutAwsVariables(): void {
  delete process.env["AWS_REGION"];
  delete process.env["AWS_DEFAULT_REGION"];
  delete process.env["AWS_PROFILE"];
}

beforeEach(() => {
  withoutAwsVariables();
  folder = mkdtempSync(path.join(tmpdir(), "piste-doctor-"));
  jest.spyOn(process, "cwd").mockReturnValue(folder);
  jest.spyOn(console, "log").mockImplementation((text: unknown) => out.push(String(text)));
  jest.spyOn(console, "error").mockImplementation((text: unknown) => err.push(String(text)));
});
afterEach(() => {
  jest.restoreAllMocks();
  out.length = 0;
  err.length = 0;
  process.exitCode = exitCodeBefore;
  process.argv = argvBefore;
  withoutAwsVariables();
  delete process.env["PISTE_DEBUG"];
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command with these arguments. */
async function type(fixture: DoctorFixture, words: readonly string[], language: Language = "en"): Promise<void> {
  const maker = new CommandMaker(language);
  const program = maker.command("piste", { en: "", fr: "" });
  addDoctorCommand(program, maker, () => fixture.target);
  process.argv = ["node", "piste", "doctor", ...words];
  await program.parseAsync(["doctor", ...words], { from: "user" });
}

const wellSetUp = async (): Promise<DoctorFixture> => {
  const fixture = new DoctorFixture();
  await fixture.tick();
  return fixture;
};

describe("piste doctor", () => {
  it("shows each layer when it ends, then the steps", async () => {
    await type(await wellSetUp(), ["qualif"]);
    expect(err[0]).toBe("Configuration and clock: the clock agrees with AWS's");
    expect(err).toHaveLength(8);
    expect(out).toHaveLength(1);
    expect(out[0]).toMatch(/^qualif: chorus-pro\n[^]*\nqualif is ready\. Still to be confirmed by a person: Q4\.$/);
    expect(process.exitCode).toBe(0);
  });

  it("prints only JSON with --json", async () => {
    const fixture = await wellSetUp();
    fixture.aws.put(fixture.secretOf(), { login: LOGIN, password: "canary-wrong" });
    await type(fixture, ["qualif", "--json", "--lang", "fr"], "fr");
    expect(err).toEqual([]);
    expect(out).toHaveLength(1);
    const json = JSON.parse(out[0] ?? "") as { steps: Record<string, unknown>[] };
    expect(json).toMatchObject({ environment: "qualif", ready: false });
    expect(json.steps[5]).toMatchObject({
      id: "Q6",
      owner: "chorus-pro",
      cause: expect.stringContaining("Chorus Pro refuse"),
    });
    expect(process.exitCode).toBe(3);
  });

  it.each<[readonly string[], Language]>([
    [["qualif", "--html"], "fr"],
    [["qualif", "--lang", "en", "--html"], "en"],
  ])("writes a page, in French by default: %j", async (words, language) => {
    const file = path.join(folder, "page.html");
    await type(await wellSetUp(), [...words, file]);
    expect(readFileSync(file, "utf8")).toMatch(new RegExp(`^<!DOCTYPE html>\\s*<html lang="${language}"`, "i"));
    expect(readdirSync(folder)).toEqual(["page.html"]);
  });

  it("prints the page's path, except with --json", async () => {
    await type(await wellSetUp(), ["qualif", "--html", path.join(folder, "page.html")]);
    expect(err.at(-1)).toContain(path.join(folder, "page.html"));
    await type(await wellSetUp(), ["qualif", "--json", "--html", path.join(folder, "other.html")]);
    expect(err.join("\n")).not.toContain("other.html");
    expect(readdirSync(folder)).toEqual(["other.html", "page.html"]);
  });

  it.each<[readonly string[], RegExp]>([
    [["--html"], /^qualif: chorus-pro\n[^]*\nqualif is not ready/],
    [["--json", "--html"], /^\{\n {2}"environment": "qualif"/],
  ])("shows its findings even if the page cannot be written: %j", async (words, shown) => {
    const fixture = await wellSetUp();
    fixture.aws.put(fixture.secretOf(), { login: LOGIN, password: "canary-wrong" });
    const file = path.join(folder, "missing", "page.html");
    await type(fixture, ["qualif", ...words, file]);
    expect(out.join("\n")).toMatch(shown);
    expect(err.at(-1)).toContain(`${file} could not be written: the folder does not exist. Name another file`);
    expect(process.exitCode).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("saves confirmations and reads them", async () => {
    await type(await wellSetUp(), ["qualif", "--confirm", "Q4", "--confirm", "Q2"]);
    const kept = JSON.parse(readFileSync(path.join(folder, CONFIRMATIONS_FILE), "utf8")) as object;
    expect(kept).toEqual({ qualif: { Q2: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), Q4: expect.anything() } });
    await type(await wellSetUp(), ["qualif"]);
    expect(out[1]).toMatch(/Q4 {2}confirmed/);
  });

  it.each([
    [["qualif", "--confirm", "Q5"], "Q5 needs no confirmation"],
    [["qualif", "--confirm", "P1"], "P1 is a step of prod"],
    [["qualif", "--application", "none"], 'no application "none"'],
    [["qualif", "--application", "none", "--confirm", "Q2"], 'no application "none"'],
  ])("refuses %j before anything is sent to PISTE", async (words, said) => {
    const fixture = await wellSetUp();
    await type(fixture, words);
    expect(err.join("\n")).toContain(said);
    expect(out).toEqual([]);
    expect(process.exitCode).toBe(2);
    expect(fixture.requests).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a file of confirmations that cannot be read", async () => {
    writeFileSync(path.join(folder, CONFIRMATIONS_FILE), "{");
    await type(await wellSetUp(), ["qualif"]);
    expect(err.join("\n")).toContain(`${CONFIRMATIONS_FILE} cannot be read`);
    expect(process.exitCode).toBe(2);
  });

  it("passes on --force and --probe", async () => {
    const fixture = await wellSetUp();
    fixture.aws.put(fixture.secretOf(), { login: LOGIN, password: "canary-wrong" });
    await type(fixture, ["qualif"]);
    await type(fixture, ["qualif"]);
    expect(fixture.timesSent({ login: LOGIN })).toBe(1);
    await type(fixture, ["qualif", "--force"]);
    expect(fixture.timesSent({ login: LOGIN })).toBe(2);

    const prod = new DoctorFixture({ environment: "prod", accounts: [] });
    await type(prod, ["prod"]);
    expect(prod.timesMadeUp()).toBe(0);
    await type(prod, ["prod", "--probe"]);
    expect(prod.timesMadeUp()).toBe(4);
  });

  it("prints commands with its own region and profile", async () => {
    const fixture = await wellSetUp();
    fixture.aws.put(fixture.secretOf(), { login: LOGIN, password: "canary-wrong" });
    await type(fixture, ["qualif", "--region", "eu-west-1", "--profile", "mon profil"]);
    const where = "--region eu-west-1 --profile 'mon profil'";
    expect(out[0]).toContain(`npx piste credentials set qualif technical-account ${where}`);
    expect(out[0]).toContain(`npx piste doctor qualif ${where} --confirm Q4`);
    await type(new DoctorFixture({ accounts: [] }), ["qualif", "--local"]);
    expect(out[1]).toContain("npx piste credentials set qualif technical-account --local");
  });

  it.each([
    [{ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1", AWS_PROFILE: "equipe" }, [], "eu-west-1", "equipe"],
    [{ AWS_DEFAULT_REGION: "eu-west-1" }, ["--profile", "autre"], "eu-west-1", "autre"],
    [{ AWS_REGION: "us-east-1", AWS_PROFILE: "equipe" }, ["--region", "eu-west-1"], "eu-west-1", "equipe"],
  ])(
    "prints commands that work in a shell without these variables: %j %j",
    async (variables, words, region, profile) => {
      Object.assign(process.env, variables);
      await type(new DoctorFixture({ empty: true }), ["qualif", ...words]);
      const where = `--region ${region} --profile ${profile}`;
      expect(out[0]).toContain(`npx piste credentials set qualif client ${where}`);
      await type(new DoctorFixture({ empty: true }), ["qualif", "--local", ...words]);
      expect(out[1]).toContain("npx piste credentials set qualif client --local`");
    },
  );

  it("ignores an empty variable", async () => {
    Object.assign(process.env, { AWS_REGION: "", AWS_DEFAULT_REGION: "", AWS_PROFILE: "" });
    await type(new DoctorFixture({ empty: true }), ["qualif"]);
    expect(out[0]).toContain("npx piste credentials set qualif client`");
  });

  it("shows a bug's stack trace only for debugging", async () => {
    const fixture = await wellSetUp();
    fixture.aws.read = () => Promise.reject(new TypeError("a bug"));
    await type(fixture, ["qualif"]);
    expect(out.join("\n")).toContain("TypeError: a bug");
    expect(err.join("\n")).not.toContain("a bug");
    expect(process.exitCode).toBe(1);
    process.env["PISTE_DEBUG"] = "1";
    await type(fixture, ["qualif"]);
    expect(err.join("\n")).toContain("a bug");
  });
});
