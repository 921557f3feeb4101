import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { s3Client } from "../../scripts/local/state-bucket";
import { clone, endPrograms, Program, stateIn, type Clone } from "../deploy/clone";
import { secretNames } from "../deploy/emulated-secrets";
import { openFixture, REGION } from "../deploy/fixture";

const MINUTES = 60_000;
const ANSWER = "POST /cpro/structures/v1/rechercher: 200, codeRetour 0";

async function answered(program: Program): Promise<void> {
  const code = await program.ended();
  expect({ code, output: code === 0 ? "" : program.output }).toEqual({ code: 0, output: "" });
  expect(program.output).toContain(ANSWER);
}

describe("npm start in a fresh clone", () => {
  let place: Clone;
  beforeEach(() => {
    place = clone(false);
  });
  afterEach(async () => {
    await endPrograms();
    place.remove();
  });

  it(
    "installs the dependencies once when started twice at once",
    async () => {
      const programs = [1, 2].map(() => Program.start(place, "start.ts", []));
      await Promise.all(programs.map(answered));
      const said = programs.map(({ output }) => output).join("");
      expect(said.match(/Installing the dependencies/g)).toHaveLength(1);
      expect(said.match(/Another run installs the dependencies; waiting for it/g)).toHaveLength(1);
    },
    6 * MINUTES,
  );

  it(
    "repeats an interrupted installation",
    async () => {
      const stopped = Program.start(place, "start.ts", []);
      await stopped.says("Installing the dependencies");
      while (!existsSync(place.path("node_modules"))) await sleep(50);
      await sleep(2_000);
      stopped.child.kill("SIGINT");
      expect(await stopped.ended()).toBe(130);
      expect(stopped.output).toContain("the next run starts it again");
      await answered(Program.start(place, "start.ts", []));
    },
    6 * MINUTES,
  );
});

it(
  "npm start leaves nothing in an existing emulator, wherever its state was",
  async () => {
    const fixture = await openFixture("shared emulator");
    const place = clone();
    try {
      const variables = { PISTE_AWS_EMULATOR_URL: fixture.endpoint };
      await answered(Program.start(place, "start.ts", [], variables));
      expect(await secretNames(fixture)).toEqual([]);
      place.configure("qualif", stateIn("state-in-a-shared-emulator"));
      await answered(Program.start(place, "start.ts", [], variables));
      expect(await secretNames(fixture)).toEqual([]);
      const { Buckets } = await s3Client({ endpoint: fixture.endpoint, region: REGION }).send(new ListBucketsCommand());
      expect(Buckets).toEqual([]);
    } finally {
      await endPrograms();
      await fixture.close();
      place.remove();
    }
  },
  6 * MINUTES,
);
