import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { zipSync } from "fflate";
import { EXIT_CODES } from "../../cli/command/failure";
import { findProgram } from "../../scripts/local/find-program";
import { runCommand } from "../../scripts/local/processes";
import { downloadedTerraform } from "../../scripts/local/terraform";
import { clone, endPrograms, Program, type Clone } from "./clone";

const MINUTE = 60_000;
const STACK_TRACE = /^\s+at .+:\d+:\d+\)?$/m;

it("does not empty linked dependencies that differ from the lockfile", async () => {
  const place = clone(false);
  try {
    const elsewhere = place.path("somebody else's");
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, "precious.txt"), "");
    symlinkSync(elsewhere, place.path("node_modules"));
    const program = Program.start(place, "../cli/piste.ts", ["--version"]);
    expect(await program.ended()).toBe(1);
    expect(program.output).toContain("node_modules is a link to");
    const inFrench = Program.start(place, "../cli/piste.ts", ["--version"], { LC_ALL: "", LANG: "fr_FR.UTF-8" });
    expect(await inFrench.ended()).toBe(1);
    expect(inFrench.output).toContain("node_modules est un lien vers");
    expect(existsSync(path.join(elsewhere, "precious.txt"))).toBe(true);
  } finally {
    place.remove();
  }
});

describe("errors with one clear sentence", () => {
  let place: Clone;
  beforeAll(() => {
    place = clone();
  });
  afterAll(async () => {
    await endPrograms();
    place.remove();
  });

  const refused = async (words: string[], variables: NodeJS.ProcessEnv = {}): Promise<string> => {
    const program = Program.start(place, "start.ts", words, variables);
    expect(await program.ended()).toBe(1);
    expect(program.output).not.toMatch(STACK_TRACE);
    expect(place.runs()).toEqual([]);
    return program.output;
  };

  it("an unknown environment", async () => {
    expect(await refused(["--environment", "preprod"])).toContain("Choices: qualif, prod");
  });

  it(
    "a missing Terraform",
    async () => {
      const output = await refused([], { TERRAFORM_BINARY_NAME: "no-such-terraform" });
      expect(output).toContain(
        'TERRAFORM_BINARY_NAME is "no-such-terraform", but there is no such program. Correct it',
      );
      const inFrench = await refused([], { TERRAFORM_BINARY_NAME: "no-such-terraform", LC_ALL: "fr_FR.UTF-8" });
      expect(inFrench).toContain('TERRAFORM_BINARY_NAME vaut "no-such-terraform" et ce programme n\'existe pas.');
    },
    MINUTE,
  );

  it(
    "a provider mirror without the provider",
    async () => {
      const output = await refused([], { PISTE_PROVIDER_MIRROR: place.folder, TF_CLI_CONFIG_FILE: "/no/such/file" });
      expect(output).toContain("PISTE_PROVIDER_MIRROR is ");
      expect(output).toContain("unset it to let Terraform download the provider");
    },
    MINUTE,
  );

  it(
    "an unavailable AWS emulator",
    async () => {
      // A PATH with the tools that the job needs before the emulator, and no emulator.
      const bin = place.path("bin");
      mkdirSync(bin);
      for (const name of ["node", "terraform", "sh"]) symlinkSync(findProgram(name) ?? "missing", `${bin}/${name}`);
      const output = await refused([], { PATH: bin, UV_INSTALLER_GITHUB_BASE_URL: "http://127.0.0.1:9" });
      expect(output).toContain("The AWS emulator (moto) could not be started");
      expect(output).toMatch(/ {2}- a downloaded uv: http:\/\/127\.0\.0\.1:9\/.*\.tar\.gz could not be downloaded/);
      expect(output).toContain('pipx install "moto[server]==');
    },
    MINUTE,
  );

  it(
    "an emulator's address that does not answer, or that is AWS's own",
    async () => {
      expect(await refused([], { PISTE_AWS_EMULATOR_URL: "http://127.0.0.1:9" })).toContain("nothing answers there");
      const real = await refused([], { PISTE_AWS_EMULATOR_URL: "https://sts.eu-west-3.amazonaws.com" });
      expect(real).toContain("must be the address of an emulator");
    },
    MINUTE,
  );

  it(
    "an invalid configuration, with its file, property, rule and value",
    async () => {
      const file = place.path("stacks", "prod.ts");
      const before = readFileSync(file, "utf8");
      writeFileSync(file, before.replace("EXAMPLE.prodSiret", '"12345678200011"'));
      const { code, output } = await runCommand("npx", ["cdktf", "synth"], {
        cwd: place.folder,
        env: { ...process.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" },
      });
      // The same through npm start, once and without cdktf's text.
      const start = await refused([]).finally(() => {
        writeFileSync(file, before);
      });
      expect(start.match(/must be a SIRET with a valid check digit/g)).toHaveLength(1);
      expect(start).not.toContain("Synth command");
      expect(code).not.toBe(0);
      expect(output).toContain(
        "stacks/prod.ts: applications[0]: technicalAccounts[0].structure.identifier must be a SIRET with a valid check digit " +
          '(Luhn\'s rule) in prod, got "12345678200011"',
      );
      expect(output).not.toMatch(STACK_TRACE);
    },
    MINUTE,
  );

  it(
    "a port in use, for the local PISTE",
    async () => {
      const first = Program.start(place, "../cli/piste.ts", ["emulator", "--port", "0"]);
      await first.says("control address");
      const port = /127\.0\.0\.1:(\d+)/.exec(first.output)?.[1] ?? "";
      const second = Program.start(place, "../cli/piste.ts", ["emulator", "--port", port]);
      expect(await second.ended()).toBe(EXIT_CODES.operator);
      expect(second.output).toContain(`port ${port} of 127.0.0.1 is in use by another program`);
      expect(second.output).not.toMatch(STACK_TRACE);
      first.child.kill("SIGINT");
      expect(await first.ended()).toBe(0);
    },
    MINUTE,
  );
});

describe("a download of Terraform", () => {
  let place: Clone;
  let server: Server;
  let releases: string;
  // A shell script stands for Terraform: the test is about the download.
  const zip = zipSync({ terraform: Buffer.from("#!/bin/sh\necho downloaded\n") });
  const sha256 = createHash("sha256").update(zip).digest("hex");
  const silent = (): void => undefined;

  beforeAll(async () => {
    place = clone();
    server = createServer((request, response) => {
      if (request.url?.includes("gone")) response.writeHead(404).end();
      else response.end(zip);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    releases = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    place.remove();
  });

  it("happens once, and is used if its checksum is right", async () => {
    const tools = place.path("tools");
    const { binary, from } = await downloadedTerraform(silent, releases, sha256, tools);
    expect(from).toMatch(/terraform_1\.\d+\.\d+_\w+\.zip$/);
    expect((await runCommand(binary, [], { cwd: tools, env: {} })).output).toBe("downloaded\n");
    expect((await downloadedTerraform(silent, `${releases}/gone`, sha256, tools)).from).toBe(binary);
  });

  it("is deleted if its checksum is wrong", async () => {
    const tools = place.path("other-tools");
    await expect(downloadedTerraform(silent, releases, "0".repeat(64), tools)).rejects.toThrow(
      `its SHA-256 is ${sha256}, not ${"0".repeat(64)}`,
    );
    expect(existsSync(tools)).toBe(false);
  });

  it("that fails prints how to install Terraform", async () => {
    await expect(downloadedTerraform(silent, `${releases}/gone`, sha256, place.path("none"))).rejects.toThrow(
      /could not be downloaded \(status 404\)\. Install Terraform/,
    );
  });
});
