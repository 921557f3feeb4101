/** The pipelines of docs/pipelines.md are pinned and get no secret. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { parse } from "yaml";
import { DOCS } from "../../scripts/local/folders";
import { codeBlocks } from "./runbook-pages";

/** Names of secrets in pipelines. */
const SECRET = /secrets\.|access[-_]?key|session[-_]?token|password|client[-_]?secret/i;

const BLOCKS = codeBlocks(readFileSync(path.join(DOCS, "pipelines.md"), "utf8"));
const [github = "", gitlab = ""] = BLOCKS.filter(({ info }) => info === "yaml").map(({ code }) => code);

it("use actions by the hash of a commit", () => {
  const used = [...github.matchAll(/uses: \S+@(\S+)/g)].map(([, hash]) => hash);
  expect(used.length).toBeGreaterThan(0);
  for (const hash of used) expect(hash).toMatch(/^[0-9a-f]{40}$/);
});

it("get an identity instead of a secret", () => {
  for (const text of [github, gitlab]) expect(text).not.toMatch(SECRET);
  expect(parse(github)).toMatchObject({ permissions: { contents: "read", "id-token": "write" } });
  expect(parse(gitlab)).toMatchObject({ ".deployer": { id_tokens: { AWS_TOKEN: { aud: "https://gitlab.com" } } } });
});

it("are trusted by name, for one environment", () => {
  const [trust] = BLOCKS.filter(({ info }) => info === "json").map(({ code }) => JSON.parse(code) as object);
  expect(trust).toMatchObject({
    Statement: [
      {
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:our-organisation/our-repository:environment:prod",
          },
        },
      },
    ],
  });
});
