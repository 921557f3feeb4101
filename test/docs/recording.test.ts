/** docs/images/npm-start.svg, a recording, is a picture of what `npm start` says today. */
import { readFileSync, statSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Document } from "@xmldom/xmldom";
import type { Description } from "../../piste/description";
import { checkNothingPrivate, withoutFolders } from "../../scripts/docs/recording/private";
import { RECORDING } from "../../scripts/docs/recording/page";
import { screens, textOf } from "../../scripts/docs/recording/screens";
import { drawRecording, endOf } from "../../scripts/docs/recording/drawing";
import type * as MainJobModule from "../../scripts/local/main-job";
import { doneTitle, introduction, nextText, outcomeText, timesText } from "../../scripts/local/shown";
import { PisteStack } from "../../stacks/piste-stack";
import { qualif } from "../../stacks/qualif";
import { synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";
import { lasting, linesOf } from "./recorded";
import { beyondDrawing, elements, parseSvg } from "./svg";

// An ES module that the steps need when they run, and their titles do not.
jest.mock("get-port", () => ({}));

const MOST_BYTES = 150_000;
const REGION = "eu-west-3";
const SVG = readFileSync(RECORDING, "utf8");

const stack = (): SynthesizedStack => {
  const made = synthesizeApp((app) => {
    new PisteStack(app, "qualif", qualif);
  });
  if (made["qualif"] === undefined) throw new Error("there is no stack qualif");
  return made["qualif"];
};

/** What comes of the deployed application, as far as the stack says it. */
function outcome(): MainJobModule.ApplicationOutcome {
  const values = stack()
    .all("aws_ssm_parameter")
    .map((parameter) => JSON.parse(String(parameter["insecure_value"])) as unknown);
  const description = values.find((value) => !Array.isArray(value)) as Description;
  const accounts = values.filter((value) => Array.isArray(value)).flat();
  return {
    application: { description, accounts },
    deployed: { name: description.function, codeSha256: `${"a".repeat(43)}=` },
    token: { expires_at: 3600 },
    call: {
      api: "Chorus Pro: Structures",
      request: "POST /cpro/structures/v1/rechercher",
      status: 200,
      answer: "codeRetour 0 (TRA_MSG_00.000), structure 12345678901234 « Structure fictive »",
    },
  } as unknown as MainJobModule.ApplicationOutcome;
}

describe("the recording of npm start", () => {
  let document: Document;
  let lines: string[];
  let titles: string[];
  beforeAll(() => {
    const { MainJob } = jest.requireActual<typeof MainJobModule>("../../scripts/local/main-job");
    titles = new MainJob("qualif", {} as never).steps().map(({ title }) => doneTitle(title));
    document = parseSvg(SVG);
    lines = linesOf(document);
  });

  it("is a small file that needs nothing else, and runs nothing", () => {
    expect(statSync(RECORDING).size).toBeLessThan(MOST_BYTES);
    expect(beyondDrawing(SVG)).toEqual([]);
  });

  it("says in words what it shows, and follows who wants the dark or no motion", () => {
    const [title, description] = ["title", "desc"].map((name) => elements(document, name)[0]?.textContent ?? "");
    expect(title).toMatch(/npm start/);
    expect(lasting(description ?? "")).toContain(lasting(lines.join("\n")));
    expect(SVG).toMatch(/prefers-color-scheme:dark/);
    const [, , moving = ""] = /^([\s\S]*)@media\(prefers-reduced-motion:no-preference\)\{([\s\S]*)$/m.exec(SVG) ?? [];
    expect(moving.match(/animation:/g)).toEqual(SVG.match(/animation:/g));
    expect(moving.match(/animation:/g)?.length).toBe(2);
  });

  it("says how much faster it is than the run was", () => {
    const [, run, shown, factor] = />(\d+) s shown in (\d+) s, ×([\d.]+)</.exec(SVG) ?? [];
    expect(Number(factor)).toBeCloseTo(Number(run) / Number(shown), 1);
  });

  it("tells nothing of the machine that it was made on, nor a stored value", () => {
    expect(() => {
      // Whoever runs this may be called like a word of it.
      checkNothingPrivate([...lines, ...SVG.replace(/<style>[\s\S]*<\/style>/, "").split("\n")], []);
    }).not.toThrow();
  });

  it("has the steps of today, each done", () => {
    const steps = lines.filter((line) => line.startsWith("✔"));
    expect(steps.map((line) => titles.find((title) => line.startsWith(`✔ ${title}: `)))).toEqual(titles);
  });

  it("says what npm start says today, before and after the steps", () => {
    const shown = lasting(lines.join("\n"));
    const result = outcome();
    const times = titles.map((title) => ({ title, milliseconds: 0 }));
    const [first = "", last = ""] = shown.split(/✔.*\]/);
    expect(first).toBe(`$npmstart${lasting(introduction("qualif"))}`);
    expect(last).toBe(
      lasting(outcomeText(result, 0) + timesText(times, 0) + (nextText("qualif", REGION, [result]) ?? "")),
    );
  });
});

describe("a recording that is made", () => {
  const size = { columns: 60, rows: 12 };
  const shown = (...texts: string[]) =>
    screens(
      texts.map((text, index) => ({ at: index * 1000, text })),
      size,
    );

  it("shows rows as the terminal does, with their colours", async () => {
    const made = await shown("\u001b[32m✔\u001b[39m one\r\ntwo", "\u001b[1A\u001b[2K\r\u001b[2mthree\u001b[22m");
    expect(made.map(({ rows }) => rows.slice(0, 2).map(textOf))).toEqual([
      ["✔ one", "two"],
      ["three", "two"],
    ]);
    expect(made[0]?.rows[0]?.map(({ look }) => look)).toEqual(["green", "plain"]);
    expect(made[1]?.rows[0]?.map(({ look }) => look)).toEqual(["dim"]);
  });

  it("refuses a colour that it would show as another, and more rows than it has", async () => {
    await expect(shown("\u001b[35mx")).rejects.toThrow("must know the colour 5");
    await expect(shown("x\r\n".repeat(13))).rejects.toThrow("more than 12 rows");
  });

  it("keeps of what was there what was there at the end, and hides the rest without animation", async () => {
    const recording = { screens: await shown("first\r\n", "\u001b[1A\u001b[2Klast <&>\r\n", "more"), columns: 60 };
    const svg = drawRecording(recording, { title: "t", description: "d", height: 1 });
    expect(linesOf(parseSvg(svg))).toEqual(["last <&>", "more"]);
    expect(svg).toMatch(/class="layer gone">.*first/);
    expect(svg).toMatch(/\.gone\{visibility:hidden\}/);
    expect(endOf(recording)).toEqual(["last <&>", "more"]);
  });

  it("leaves folders out, and what follows them moves up", () => {
    const row = [
      { column: 0, look: "plain", text: "Terraform 1.11.4: /usr/local/bin/terraform" },
      { column: 43, look: "dim", text: "[0.1s]" },
    ] as const;
    expect(textOf(withoutFolders(row))).toBe("Terraform 1.11.4: … [0.1s]");
    expect(textOf(withoutFolders([{ column: 0, look: "plain", text: "POST /cpro/structures/v1/rechercher" }]))).toBe(
      "POST /cpro/structures/v1/rechercher",
    );
  });

  it.each([
    ["a stored value", "as 7d9a6f0e-1111-4222-8333-444455556666"],
    ["a stored value", "canary-1f2e"],
    ["a stored value", "TECH_1_12345678901234@cpro.fr"],
    ["a stored value", "Bearer eyJhbGciOiJIUzI1NiJ9.x"],
    ["a folder", "in /home/somebody/x"],
    ["the name", `on ${hostname()}.`],
    ["the name", `by ${userInfo().username}`],
  ])("refuses to tell %s, and does not repeat it", (what, line) => {
    const check = (): void => {
      checkNothingPrivate(["all right", line]);
    };
    expect(check).toThrow(`line 2 of the recording must not have`);
    expect(check).toThrow(what.replace("a stored", "looks like a stored"));
    expect(check).not.toThrow(line.split(" ").at(-1) ?? "");
  });
});
