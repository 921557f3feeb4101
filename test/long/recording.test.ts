import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { drawRecording } from "../../scripts/docs/recording/drawing";
import { RECORDING, recordStart } from "../../scripts/docs/recording/page";
import { lasting, linesOf } from "../docs/recorded";
import { parseSvg } from "../docs/svg";

const MINUTES = 60_000;

/** Without what is this machine's: ports, the tools that it has, and how long it takes. */
const anywhere = (text: string): string =>
  lasting(text)
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1")
    .replaceAll(/\[[\d.]+m?s\]/g, "[…s]")
    .replace(/(?<=FindTerraform:)[^[]*/, "…")
    .replace(/(?<=AWSprovider[\d.]+:)[^[]*/, "…")
    .replace(/\((?:[^()]*moto[^()]*|[^()]*Docker[^()]*)\)/, "(…)")
    .replace(/\(zip[\w+/=]*\)/, "(zip…)");

it(
  "npm start, recorded anew, says what the picture in the READMEs says",
  async () => {
    const drawn = drawRecording(await recordStart(), { title: "anew", description: "anew", height: 30 });
    const [now, then] = [drawn, readFileSync(RECORDING, "utf8")].map((svg) =>
      anywhere(linesOf(parseSvg(svg)).join("\n")),
    );
    expect(now?.length).toBeGreaterThan(1500);
    expect(now).toBe(then);
  },
  5 * MINUTES,
);
