import { describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { typeset, type Text } from "../../../piste/language";
import {
  introduction,
  keptText,
  nextText,
  outcomeText,
  Ticks,
  timesText,
  titleText,
} from "../../../scripts/local/shown";
import { inLines } from "../../../cli/command/wrap";
import { FakeAws } from "../../cli/fake-aws";

const AT = Date.parse("2026-11-30T15:54:00Z");

const application = new FakeAws().deploy({
  environment: "qualif",
  name: "chorus-pro",
  technicalAccounts: [{ name: "default", structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
});
const other = { ...application, description: { ...application.description, application: "paie" } };

const tick = (parts: Partial<RunResult> = {}): RunResult => ({ outcome: "failed", reason: "server-error", ...parts });

describe("the line of npm start about a tick", () => {
  const said = (parts: Partial<RunResult>): string => new Ticks().text("refresher", tick(parts), AT)?.en ?? "";

  it("calls a token valid only until its expiry", () => {
    expect(said({ expiresAt: AT / 1000 + 600 })).toMatch(
      /: failed \(server-error\), token valid until 30 Nov 2026, 17:04:00 \(Paris time\)$/,
    );
    for (const expiresAt of [AT / 1000, AT / 1000 - 10_860]) {
      expect(said({ expiresAt })).toMatch(/, token ended at 30 Nov 2026, /);
    }
    expect(said({ expiresAt: AT / 1000 - 10_860, meaning: "PISTE is down." })).toMatch(
      /, token ended at .*13:53:00 \(Paris time\)\. PISTE is down\.$/,
    );
    expect(said({})).toMatch(/tick of refresher: .*, no token yet$/);
  });

  it("is also in French, with the meaning of the function's code", () => {
    const text = new Ticks().text("refresher", tick({ meaning: "PISTE is down." }), AT);
    expect(text?.fr).toBe(
      "30 nov. 2026, 16:54:00 (heure de Paris) passage de refresher : échec (server-error), pas encore de jeton. " +
        "PISTE est en panne ou redémarre. Un nouvel essai suit ; rien à faire, sauf si cela dure.",
    );
  });

  it("is printed once, and again after a change", () => {
    const ticks = new Ticks();
    const isSaid = (parts: Partial<RunResult>, minute: number, name = "refresher"): boolean =>
      ticks.text(name, tick(parts), AT + minute * 60_000) !== undefined;
    const valid = { outcome: "waited", reason: "fresh", expiresAt: AT / 1000 + 150 } as const;
    expect(isSaid({}, 0)).toBe(true);
    expect([1, 2, 3].map((minute) => isSaid({}, minute))).toEqual([false, false, false]);
    expect(isSaid({}, 3, "another")).toBe(true);
    expect(isSaid({ ...valid, outcome: "refreshed", reason: "missing" }, 4)).toBe(true);
    expect([isSaid(valid, 0), isSaid(valid, 1), isSaid(valid, 2)]).toEqual([true, false, false]);
    // Only the time changed: the token has expired.
    expect([isSaid(valid, 3), isSaid(valid, 4)]).toEqual([true, false]);
  });

  it("reports failing ticks once, until one succeeds", () => {
    const ticks = new Ticks();
    const failed = (): Text | undefined => ticks.failedText("refresher", new Error("no emulator"), AT);
    expect(failed()?.en).toBe("30 Nov 2026, 16:54:00 (Paris time) tick of refresher failed: no emulator");
    expect(failed()).toBeUndefined();
    expect(ticks.text("refresher", tick(), AT)).toBeDefined();
    expect(failed()?.fr).toMatch(/ le passage de refresher a échoué : no emulator$/);
  });
});

describe("npm start", () => {
  const deployed = { name: "piste-qualif-chorus-pro-token-refresh", codeSha256: "c2hh" };
  const token = {
    access_token: "canary",
    token_type: "Bearer",
    scope: "openid",
    issued_at: 0,
    expires_at: AT / 1000 + 60,
  };
  const outcome = { application, deployed, token, refresh: tick(), call: undefined } as never;
  const place = { awsEndpoint: "http://127.0.0.1:1", region: "eu-west-3" };
  const title = { en: "Deploy", fr: "Déployer" };
  const texts: readonly Text[] = [
    introduction("qualif"),
    titleText({ title, expected: "20 s" }),
    outcomeText(outcome, AT),
    timesText([{ title, milliseconds: 1 }], 2),
    keptText("qualif", place, "{}"),
    nextText("qualif", "eu-west-3", [{ application }]) ?? { en: "", fr: "" },
  ];

  it("prints every line in French too", () => {
    for (const { en, fr } of texts) {
      expect(fr).not.toBe(en);
      expect(fr).not.toMatch(/\b(?:the|and|with|is|of|about|then|until)\b/);
      // Checks French spaces before punctuation.
      expect(typeset(fr, "fr").replace(/https?:|127\.0\.0\.1:\d|\d\d:\d\d(?::\d\d)?|[«»]/g, "")).not.toMatch(
        /[a-zé][:;!?]/,
      );
    }
  });

  it("breaks lines only between words", () => {
    for (const { en, fr } of texts) {
      const lines = [en, fr].flatMap((text) => inLines(text, 80).split("\n"));
      const prose = lines.filter((line) => !/^ *(?:npx|export) /.test(line) && line.trim().includes(" "));
      expect(prose.filter((line) => line.length > 80)).toEqual([]);
    }
  });

  it("shows the expected time of a step until its end", () => {
    expect(titleText({ title, expected: "20 s" }).fr).toBe("Déployer (environ 20 s)");
    expect(titleText({ title })).toBe(title);
  });

  it("ends with commands that work without exported variables, and their prerequisites", () => {
    const { en, fr } = nextText("qualif", "eu-west-3", [{ application }]) ?? { en: "", fr: "" };
    expect(en).toContain("AWS credentials and internet");
    expect(fr).toContain("identifiants AWS et internet");
    for (const text of [en, fr]) {
      expect(text.match(/npx (?:piste|cdktf) .*/g)).toEqual([
        "npx cdktf deploy qualif",
        "npx piste credentials set qualif client --region eu-west-3",
        "npx piste credentials set qualif technical-account --region eu-west-3",
        "npx piste doctor qualif --region eu-west-3",
        "npx piste alarms test qualif --region eu-west-3",
      ]);
      expect(text).not.toContain("export ");
    }
  });

  it("names the application if there are several, and prints no next command without one", () => {
    const text = nextText("qualif", "eu-west-3", [{ application }, { application: other }]);
    expect(text?.en).toContain("set qualif client --application chorus-pro --region eu-west-3");
    expect(nextText("qualif", "eu-west-3", [])).toBeUndefined();
  });
});
