import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";

const ROOT = path.resolve(__dirname, "..", "..");

/** Concatenated, so that this file contains nothing that looks real. */
const UUID = ["3f2a9c1e", "7b4d", "4c8a", "9e21", "d5f60b7a8c13"].join("-");
const LOGIN = ["TECH", "4", "35600000000048@cpro.fr"].join("_");
const PASSWORD = ["Xk7", "wQ2p", "Lm9!"].join("");
const TOKEN = ["q8Zr", "N3vTy6Bd1Lw0Xs5Kc7Hf2Jg9", "M4pQ8aE6uR1iO3tY5zW0xC2v"].join("");
const HEADER = Buffer.from(`${LOGIN}:${PASSWORD}`).toString("base64");
/** With a login of an older form. */
const OTHER_HEADER = Buffer.from(`compte.technique:${PASSWORD}`).toString("base64");
const AWS_SECRET = ["wJalr7UtnFEMI", "K7MDENGbPxRfiCYzQ3TnVs4L8x"].join("/");
const NPM_TOKEN = ["npm", "q8ZrN3vTy6Bd1Lw0Xs5Kc7Hf2Jg9M4pQ8aE6"].join("_");

const CLIENT = "PISTE client credentials";
const ACCOUNT = "technical account with its password";
const ACCOUNT_HEADER = "Chorus Pro account header";
const ACCESS_TOKEN = "PISTE access token";

/** Secrets in a file, and the rule that finds each. */
const PLANTED: readonly (readonly [file: string, text: string, rule: string])[] = [
  ["client.json", `{"client_id":"${UUID}"}`, CLIENT],
  ["client.ts", `const credentials = { clientSecret: "${UUID}" };`, CLIENT],
  ["client.sh", `export PISTE_CLIENT_SECRET=${UUID}`, CLIENT],
  ["client.yml", `client_secret: ${UUID}`, CLIENT],
  ["client.http", `grant_type=client_credentials&client_secret=${UUID.toUpperCase()}`, CLIENT],
  ["client.md", `| client_id | ${UUID} |`, CLIENT],
  ["command.txt", `oauth --client-secret ${UUID}`, CLIENT],
  ["environment.ts", `process.env["PISTE_CLIENT_SECRET"] = "${UUID}";`, CLIENT],
  ["key.json", `{"API_KEY": "${UUID}"}`, CLIENT],
  [".github/workflows/hidden.yml", `CLIENT_ID: ${UUID}`, CLIENT],
  ["header.http", `cpro-account: ${HEADER}`, ACCOUNT_HEADER],
  ["header.ts", `headers["cpro-account"] = "${OTHER_HEADER}";`, ACCOUNT_HEADER],
  ["header.sh", `curl -H 'cpro-account: ${OTHER_HEADER}' https://example.org`, ACCOUNT_HEADER],
  ["header.log", `sent ${HEADER} to the gateway`, ACCOUNT_HEADER],
  ["token.http", `Authorization: Bearer ${TOKEN}`, ACCESS_TOKEN],
  ["token.json", `{"access_token": "${TOKEN}", "token_type": "Bearer"}`, ACCESS_TOKEN],
  ["account.json", `{"login": "${LOGIN}", "password": "${PASSWORD}"}`, ACCOUNT],
  ["account-reversed.json", `{"password": "${PASSWORD}",\n "login": "${LOGIN}"}`, ACCOUNT],
  ["account.sh", `LOGIN=${LOGIN}\nPASSWORD=${PASSWORD}`, ACCOUNT],
  ["account.txt", `${LOGIN}:${PASSWORD}`, ACCOUNT],
  ["account.md", `Compte ${LOGIN}, mot de passe : ${PASSWORD}`, ACCOUNT],
  [".env", "", "file that holds secrets"],
  ["certificates/authority.pem", "", "file that holds secrets"],
  ["aws.txt", `aws_secret_access_key = ${AWS_SECRET}`, "AWS Secret Access Key"],
  [".npmrc", `//registry.npmjs.org/:_authToken=${NPM_TOKEN}`, "npm"],
];

/** Examples as in tests and pages. */
const MADE_UP: readonly (readonly [file: string, text: string])[] = [
  ["canary.json", `{"client_id":"canary-${UUID}","client_secret":"canary-secret"}`],
  ["zeros.json", '{"client_id":"00000000-0000-4000-8000-000000000001"}'],
  ["one-digit.json", '{"client_secret":"5ec7e7aa-1111-4111-8111-111111111111"}'],
  ["account.json", `{"login":"${LOGIN}","password":"canary-password"}`],
  ["variable.ts", `const account = { login: "${LOGIN}", password: PASSWORD };`],
  ["placeholder.md", `{"login":"TECH_…@cpro.fr","password":"…"}, Authorization: Bearer <token>`],
  ["function.ts", 'headers["cpro-account"] = chorusProAccountHeader(account);'],
  ["login.md", `The account ${LOGIN} and its password.`],
  ["other.json", `{"id":"${UUID}"}`],
  ["node_modules/somebody/client.json", `{"client_id":"${UUID}"}`],
  [".piste/local.json", `{"client_id":"${UUID}"}`],
  ["terraform.qualif.tfstate", ""],
];

/** The command of `npm run secrets`. */
const WORDS = (
  JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { scripts: { secrets: string } }
).scripts.secrets
  .split(" ")
  .map((word) => word.replaceAll('"', ""));

type File = readonly [file: string, text: string, ...unknown[]];

interface Result {
  readonly filePath: string;
  readonly messages: readonly { readonly message: string }[];
}

const inFolder = (folder: string, files: readonly File[]): File[] =>
  files.map(([file, text]) => [path.join(folder, file), text]);

/** Messages for each file of a folder, with the options of `npm run secrets`. */
function scan(files: readonly File[]): Map<string, string> {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "piste-secrets-"));
  try {
    for (const [file, text] of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), `${text}\n`);
    }
    copyFileSync(path.join(ROOT, ".gitignore"), path.join(folder, ".gitignore"));
    const options = ["--secretlintrc", path.join(ROOT, ".secretlintrc.js"), "--format", "json", "--no-maskSecrets"];
    const { stdout, stderr } = spawnSync(
      path.join(ROOT, "node_modules", ".bin", WORDS[0] ?? ""),
      [...WORDS.slice(1), ...options],
      { cwd: folder, encoding: "utf8" },
    );
    expect(stderr).toBe("");
    return new Map(
      (JSON.parse(stdout) as Result[])
        .filter(({ messages }) => messages.length > 0)
        .map(({ filePath, messages }) => [
          path.relative(folder, filePath),
          messages.map(({ message }) => message).join(),
        ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the search for secrets", () => {
  let found: Map<string, string>;
  beforeAll(() => {
    found = scan([...inFolder("planted", PLANTED), ...inFolder("made-up", MADE_UP)]);
  });

  it.each(PLANTED)("finds the secret in %s", (file, _, rule) => {
    expect(found.get(path.join("planted", file))).toContain(rule);
  });

  it("ignores values marked as made up, non-secrets, and uncommitted files", () => {
    expect([...found].filter(([file]) => file.startsWith("made-up"))).toEqual([]);
  });
});

describe("this repo", () => {
  it("has no committed file that .gitignore excludes", () => {
    const ignored = spawnSync("git", ["ls-files", "--cached", "--ignored", "--exclude-standard"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    // Also empty without git, in a copy without history.
    expect(ignored.stdout).toBe("");
  });
});
