import { describe, expect, it } from "@jest/globals";
import { checkReport, judge, show, type AuditReport } from "../../scripts/supply-chain/audit";
import { AUDIT_EXCEPTIONS, type AuditException } from "../../scripts/supply-chain/audit-exceptions";
import { nameAt, parentOf, readLockfile, runTimePlaces, type Lockfile } from "../../scripts/supply-chain/lockfile";

const TODAY = new Date("2026-11-25T12:00:00Z");

const LOCKFILE: Lockfile = {
  packages: {
    "": { dependencies: { shipped: "1.0.0" }, devDependencies: { tool: "2.0.0" } } as Lockfile["packages"][string],
    "node_modules/shipped": { version: "1.0.0", dependencies: { "shipped-too": "1" } },
    "node_modules/shipped-too": { version: "1.1.0" },
    "node_modules/tool": { version: "2.0.0", dev: true },
    "node_modules/tool/node_modules/part": { version: "3.0.0", dev: true, inBundle: true },
  },
};

const TOOL: AuditException = {
  place: "node_modules/tool",
  version: "2.0.0",
  reason: "It only reads files of ours.",
  reviewed: "2026-11-01",
};
const BUNDLE: AuditException = { ...TOOL, place: "node_modules/tool/node_modules/" };

/** As npm prints it. */
function report(place: string, severity = "high"): AuditReport {
  const url = "https://github.com/advisories/GHSA-0000-0000-0000";
  const advisory = { source: 1, name: nameAt(place), title: "A made-up hole", url, severity, range: "*" };
  return {
    auditReportVersion: 2,
    vulnerabilities: {
      [nameAt(place)]: { via: [advisory], nodes: [place] },
      // Merely depends on it.
      "depends-on-it": { via: [nameAt(place)], nodes: ["node_modules/depends-on-it"] },
    },
  };
}

const verdict = (audit: AuditReport, ...exceptions: AuditException[]): (string | undefined)[] =>
  judge(audit, LOCKFILE, exceptions, TODAY).map(({ accepted, refused }) => accepted ?? `refused: ${refused ?? ""}`);

describe("an audit", () => {
  it("finds nothing where nothing is known", () => {
    expect(verdict({ auditReportVersion: 2, vulnerabilities: {} })).toEqual([]);
  });

  it.each(["node_modules/shipped", "node_modules/shipped-too"])(
    "refuses what is known of %s, which is shipped, listed or not",
    (place) => {
      const listed = { ...TOOL, place, version: LOCKFILE.packages[place]?.version ?? "" };
      for (const exceptions of [[], [listed]]) {
        expect(verdict(report(place, "low"), ...exceptions)).toEqual(["refused: it is part of what is shipped"]);
      }
    },
  );

  it("refuses what is known of a development tool and not listed", () => {
    expect(verdict(report("node_modules/tool"))).toEqual(["refused: it is not listed"]);
    expect(verdict(report("node_modules/tool/node_modules/part"), TOOL)).toEqual(["refused: it is not listed"]);
    expect(verdict(report("node_modules/tool"), BUNDLE)).toEqual(["refused: it is not listed"]);
  });

  it("accepts what is listed, by its place or by the bundle that it came in", () => {
    expect(verdict(report("node_modules/tool"), BUNDLE, TOOL)).toEqual([TOOL.reason]);
    expect(verdict(report("node_modules/tool/node_modules/part"), TOOL, BUNDLE)).toEqual([BUNDLE.reason]);
  });

  it.each([TOOL, BUNDLE])("looks again at another version: $place", (exception) => {
    const place = exception === TOOL ? "node_modules/tool" : "node_modules/tool/node_modules/part";
    expect(verdict(report(place), { ...exception, version: "2.0.1" })).toEqual(["refused: it is not listed"]);
  });

  it("accepts nothing critical", () => {
    expect(verdict(report("node_modules/tool", "critical"), TOOL)).toEqual([
      "refused: it is critical, which no exception covers",
    ]);
  });

  it("takes a reason for half a year, and not what is no day", () => {
    expect(verdict(report("node_modules/tool"), { ...TOOL, reviewed: "2026-05-27" })).toEqual([TOOL.reason]);
    for (const reviewed of ["2026-05-25", "soon"]) {
      expect(verdict(report("node_modules/tool"), { ...TOOL, reviewed })).toEqual([
        `refused: its exception was reviewed on ${reviewed}`,
      ]);
    }
  });

  it("is one of each place, and a package that merely depends on another is not one", () => {
    const places = ["node_modules/tool", "node_modules/shipped"];
    const audit = report("node_modules/tool");
    const [entry] = Object.values(audit.vulnerabilities);
    if (entry === undefined) throw new Error("there is no entry");
    const findings = judge(
      { ...audit, vulnerabilities: { tool: { ...entry, nodes: places } } },
      LOCKFILE,
      [TOOL],
      TODAY,
    );
    expect(findings.map(({ place, isRunTime }) => [place, isRunTime])).toEqual([
      ["node_modules/tool", false],
      ["node_modules/shipped", true],
    ]);
  });

  it("is not one where the registry did not answer", () => {
    const noEndpoint = { message: "405 Method Not Allowed", method: "POST", statusCode: 405, error: { summary: "" } };
    expect(() => checkReport(noEndpoint)).toThrow("405 Method Not Allowed");
    expect(() => checkReport({ auditReportVersion: 2 })).toThrow();
    expect(() => checkReport({ auditReportVersion: 1, vulnerabilities: {} })).toThrow();
    expect(checkReport(report("node_modules/tool"))).toEqual(report("node_modules/tool"));
  });

  it("shows everything, accepted or not, and what to do next", () => {
    const shown = (place: string, ...exceptions: AuditException[]): string =>
      show(judge(report(place), LOCKFILE, exceptions, TODAY));
    expect(show([])).toBe("Nothing is known of what is shipped.");
    const accepted = shown("node_modules/tool", TOOL);
    for (const words of ["GHSA-0000-0000-0000", "tool 2.0.0 (node_modules/tool)", TOOL.reason]) {
      expect(accepted).toContain(words);
    }
    expect(accepted).not.toContain("To be dealt with");
    expect(shown("node_modules/tool")).toContain("To be dealt with:");
    expect(shown("node_modules/tool")).toContain("audit-exceptions.ts");
    expect(shown("node_modules/shipped")).toContain("What is shipped has known vulnerabilities.");
  });
});

describe("the exceptions", () => {
  const lockfile = readLockfile();

  it.each(AUDIT_EXCEPTIONS)(
    "are of a version that is installed, for developers alone: $place",
    ({ place, version }) => {
      const versioned = place.endsWith("/") ? parentOf(`${place}x`) : place;
      expect(lockfile.packages[versioned]).toMatchObject({ version, dev: true });
      expect([...runTimePlaces(lockfile)].filter((shipped) => shipped.startsWith(place))).toEqual([]);
    },
  );

  it("have a reason and a day that is not to come", () => {
    for (const { reason, reviewed } of AUDIT_EXCEPTIONS) {
      expect(reason.length).toBeGreaterThan(40);
      expect(reviewed).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(Date.parse(reviewed)).toBeLessThanOrEqual(Date.now());
    }
  });
});
