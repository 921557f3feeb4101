import { describe, expect, it } from "@jest/globals";
import { tickText } from "../../../scripts/local/shown";

const AT = Date.parse("2026-11-30T15:54:00Z");
const said = (expiresAt?: number, meaning?: string): string =>
  tickText(
    "refresher",
    { outcome: "failed", reason: "unavailable", ...(meaning && { meaning }), ...(expiresAt && { expiresAt }) },
    AT,
  );

describe("what npm start says of a tick", () => {
  it("calls a token valid only while it is", () => {
    expect(said(AT / 1000 + 600)).toMatch(
      /: failed \(unavailable\), token valid until 30 Nov 2026, 17:04:00 \(Paris time\)$/,
    );
    for (const end of [AT / 1000, AT / 1000 - 10_860]) expect(said(end)).toMatch(/, token ended at 30 Nov 2026, /);
    expect(said(AT / 1000 - 10_860, "PISTE is down.")).toMatch(
      /, token ended at .*13:53:00 \(Paris time\)\. PISTE is down\.$/,
    );
    expect(said()).toMatch(/tick of refresher: .*, no token yet$/);
  });
});
