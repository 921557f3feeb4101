import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import { processesOf } from "../../scripts/local/processes";
import type { KeptEnvironment } from "../../aws/local/kept-environment";
import { Canaries } from "./canaries";
import { clone, endPrograms, filesBelow, Program, type Clone } from "./clone";
import { lookAtProcesses } from "./process-watch";

const MINUTES = 60_000;

/** Variables that a careless or hostile shell may set. */
const CALLERS_VARIABLES = {
  AWS_PROFILE: "production",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "callers-own-secret",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:9",
  AWS_REGION: "us-east-1",
  HTTPS_PROXY: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  TF_CLI_ARGS: "-no-such-flag",
  TF_WORKSPACE: "production",
  TF_DATA_DIR: "/nowhere",
};

/** CaptchÉtat has its own scope; the last API is not in the catalogue. */
const withOtherApis = (text: string): string =>
  text.replace(
    /\n {2}\],\n\};\n$/,
    '\n    { name: "captcha", apis: ["captchetat"], clientCredentialsOf: "chorus-pro" },' +
      '\n    { name: "meteo", apis: [{ name: "meteo", basePath: "/meteofrance/public/v1", ping: "/health" }], ' +
      'clientCredentialsOf: "chorus-pro" },\n  ],\n};\n',
  );

describe("npm start", () => {
  let place: Clone;
  beforeAll(() => {
    place = clone();
  });
  afterAll(async () => {
    await endPrograms();
    place.remove();
  });

  it(
    "ends with an answer of Chorus Pro, whatever the shell's AWS, proxy and Terraform variables",
    async () => {
      const before = readdirSync(place.folder).sort();
      const program = Program.start(place, "start.ts", [], CALLERS_VARIABLES);
      const code = await program.ended();
      expect({ code, output: code === 0 ? "" : program.output }).toEqual({ code: 0, output: "" });
      expect(program.output).toContain("POST /cpro/structures/v1/rechercher: 200, codeRetour 0 (TRA_MSG_00.000)");
      expect(program.output).toContain("npx cdktf deploy qualif");
      expect(place.runs()).toEqual([]);
      expect(readdirSync(place.folder).sort()).toEqual([...before, ".piste", "dist"].sort());
    },
    3 * MINUTES,
  );

  it(
    "leaves no process and no file after Ctrl-C during the deployment",
    async () => {
      const program = Program.start(place, "start.ts", []);
      await program.says("Plan: ");
      const [run] = place.runs();
      expect(await processesOf(run ?? "")).not.toEqual([]);
      program.child.kill("SIGINT");
      expect(await program.ended()).toBe(130);
      expect(await processesOf(run ?? "")).toEqual([]);
      expect(place.runs()).toEqual([]);
    },
    2 * MINUTES,
  );

  it(
    "cleans up after a killed run, and works for prod, with other APIs on the same credentials, in French",
    async () => {
      const killed = Program.start(place, "start.ts", []);
      await killed.says("Installing hashicorp/aws");
      const [run] = place.runs();
      killed.child.kill("SIGKILL");
      await killed.ended();
      expect(await processesOf(run ?? "")).not.toEqual([]);

      place.configure("prod", withOtherApis);
      const program = Program.start(place, "start.ts", ["--environment", "prod"], { LC_ALL: "fr_FR.UTF-8" });
      const code = await program.ended();
      expect({ code, output: code === 0 ? "" : program.output }).toEqual({ code: 0, output: "" });
      // One pair of client credentials and one technical account; a token for each application.
      expect(program.output).toContain("2 valeurs inventées");
      expect(program.output).toContain("POST /cpro/structures/v1/rechercher : 200");
      expect(program.output).toContain("GET /piste/captchetat/v2/healthcheck : 200");
      expect(program.output).toContain("GET /meteofrance/public/v1/health : 200");
      for (const title of [
        "Trouver Terraform",
        "Synthétiser les piles avec cdktf",
        "Déployer prod avec cdktf et Terraform",
      ]) {
        expect(program.output).toContain(`✔ ${title} : `);
      }
      expect(program.output).toContain("Application chorus-pro (prod)");
      expect(await processesOf(run ?? "")).toEqual([]);
      expect(place.runs()).toEqual([]);
    },
    3 * MINUTES,
  );
});

describe("npm start -- --keep", () => {
  let place: Clone;
  let program: Program;
  let local: KeptEnvironment;
  let run: string;
  const secret = async (name: string): Promise<Record<string, string>> => {
    const client = new SecretsManagerClient({
      endpoint: local.awsEndpoint,
      region: local.region,
      credentials: LOCAL_CREDENTIALS,
    });
    const { SecretString = "" } = await client.send(
      new GetSecretValueCommand({ SecretId: name, VersionStage: "AWSCURRENT" }),
    );
    return JSON.parse(SecretString) as Record<string, string>;
  };
  const clientSecret = "piste/qualif/chorus-pro/client";
  const tokenSecret = "piste/qualif/chorus-pro/token";
  const accountSecret = "piste/qualif/chorus-pro/technical-account/default";

  beforeAll(async () => {
    place = clone();
    program = Program.start(place, "start.ts", ["--keep"]);
    await program.says("Kept up until Ctrl-C");
    local = JSON.parse(readFileSync(place.path(".piste", "local.json"), "utf8")) as KeptEnvironment;
    run = place.runs()[0] ?? "";
  }, 3 * MINUTES);
  afterAll(async () => {
    await endPrograms();
    place.remove();
  });

  /** A consumer that shares no code with us. */
  const call = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${local.apiBaseUrl}/cpro/structures/v1/rechercher`, {
      method: "POST",
      headers: { "Content-Type": "application/json;charset=utf-8", ...headers },
      body: JSON.stringify({
        structure: { identifiantStructure: "12345678901234", typeIdentifiantStructure: "SIRET" },
      }),
    });
  const account = async (): Promise<string> => {
    const { login, password } = await secret(accountSecret);
    return Buffer.from(`${login}:${password}`).toString("base64");
  };

  it("prints all addresses", () => {
    expect(local).toEqual({
      awsEndpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: "eu-west-3",
      tokenEndpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/oauth\/token$/),
      apiBaseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      controlUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/_emulator$/),
      environment: "qualif",
    });
  });

  it("answers a consumer that reads token and technical account", async () => {
    const { access_token = "" } = await secret(tokenSecret);
    const answer = await call({ Authorization: `Bearer ${access_token}`, "cpro-account": await account() });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ codeRetour: 0 });
  });

  it("refuses a missing token, an old token and a wrong account as documented", async () => {
    const { access_token = "" } = await secret(tokenSecret);
    const none = await call({ "cpro-account": await account() });
    expect(none.status).toBe(400);
    expect(none.headers.get("www-authenticate")).toContain("Unable to find token in the message");
    const old = await call({ Authorization: "Bearer gone", "cpro-account": await account() });
    expect(old.status).toBe(401);
    expect(old.headers.get("www-authenticate")).toContain("invalid_token");
    const wrong = await call({
      Authorization: `Bearer ${access_token}`,
      "cpro-account": Buffer.from("TECH_1_12345678901234@cpro.fr:wrong").toString("base64"),
    });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toBeNull();
  });

  it("has no secret value in its files, its output or any process's arguments or environment", async () => {
    const values = [await secret(clientSecret), await secret(accountSecret), await secret(tokenSecret)];
    const canaries = new Canaries();
    canaries.add(
      ...values.flatMap(({ client_id, client_secret, password, access_token }) =>
        [client_id, client_secret, password, access_token].filter((value) => value !== undefined),
      ),
    );
    expect(canaries.values).toHaveLength(4);
    const shown = await lookAtProcesses();
    expect(shown.arguments.join("\n")).toContain("moto_server");
    const files = filesBelow(place.path(".piste"));
    expect(files.some((file) => file.endsWith("terraform.qualif.tfstate"))).toBe(true);
    expect(canaries.inFiles(place.folder)).toEqual([]);
    for (const text of [...shown.arguments, ...shown.environments, program.output])
      expect(canaries.in(text)).toEqual([]);
  });

  it("refuses a second environment in the same folder", async () => {
    const second = Program.start(place, "start.ts", ["--keep"]);
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain("only one can run at a time");
    expect(second.output).not.toContain("    at ");
    expect(readFileSync(place.path(".piste", "local.json"), "utf8")).toContain(local.awsEndpoint);
  });

  it(
    "ticks by the schedule",
    async () => {
      await program.says("tick of piste-qualif-chorus-pro-token-refresh: waited (fresh)");
    },
    2 * MINUTES,
  );

  it("leaves no process and no file after TERM", async () => {
    expect(await processesOf(run)).not.toEqual([]);
    program.child.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
    await sleep(100);
    expect(await processesOf(run)).toEqual([]);
    expect(place.runs()).toEqual([]);
    expect(readdirSync(place.path(".piste"))).not.toContain("local.json");
  });
});
