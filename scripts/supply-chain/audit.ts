/** What `npm audit` finds, judged: nothing may be known of run-time code, and of development tools only what is listed. */
import type { AuditException } from "./audit-exceptions";
import { nameAt, parentOf, runTimePlaces, type Lockfile } from "./lockfile";

export interface Advisory {
  readonly title: string;
  readonly url: string;
  readonly severity: string;
}

/** What `npm audit --json` prints. */
export interface AuditReport {
  readonly auditReportVersion: 2;
  readonly vulnerabilities: Readonly<
    Record<
      string,
      {
        /** Text names another vulnerable package that this one merely depends on. */
        readonly via: readonly (Advisory | string)[];
        /** Places in the lockfile. */
        readonly nodes: readonly string[];
      }
    >
  >;
}

/** One advisory at one place. */
export interface Finding extends Advisory {
  readonly place: string;
  readonly version: string;
  readonly isRunTime: boolean;
  /** Why it may stay. */
  readonly accepted?: string;
  /** Why it may not, where an exception does not help. */
  readonly refused?: string;
}

/** An exception counts for half a year: what is unreachable today may be reached tomorrow. */
const REVIEW_IN_DAYS = 183;
const DAY_IN_MILLISECONDS = 86_400_000;

/** @throws Error when it is something else, as where a registry cannot audit: nothing found is not nothing there. */
export function checkReport(output: unknown): AuditReport {
  const report = output as Partial<AuditReport> & { readonly message?: string };
  if (report.auditReportVersion === 2 && typeof report.vulnerabilities === "object") return report as AuditReport;
  throw new Error(report.message ?? JSON.stringify(output).slice(0, 200));
}

function covers({ place, version }: AuditException, lockfile: Lockfile, found: string): boolean {
  if (place !== found && !(place.endsWith("/") && found.startsWith(place))) return false;
  const versioned = place.endsWith("/") ? parentOf(`${place}x`) : place;
  return lockfile.packages[versioned]?.version === version;
}

function judged(finding: Finding, exception: AuditException | undefined, today: Date): Finding {
  if (finding.isRunTime) return { ...finding, refused: "it is part of what is shipped" };
  if (exception === undefined) return { ...finding, refused: "it is not listed" };
  if (finding.severity === "critical") return { ...finding, refused: "it is critical, which no exception covers" };
  const age = (today.getTime() - Date.parse(exception.reviewed)) / DAY_IN_MILLISECONDS;
  // A day that is none gives no number, and no number is within half a year.
  if (!(age <= REVIEW_IN_DAYS)) return { ...finding, refused: `its exception was reviewed on ${exception.reviewed}` };
  return { ...finding, accepted: exception.reason };
}

export function judge(
  { vulnerabilities }: AuditReport,
  lockfile: Lockfile,
  exceptions: readonly AuditException[],
  today: Date,
): Finding[] {
  const shipped = runTimePlaces(lockfile);
  return Object.values(vulnerabilities).flatMap(({ via, nodes }) =>
    via
      .filter((cause) => typeof cause !== "string")
      .flatMap(({ title, url, severity }) =>
        nodes.map((place) => {
          const version = lockfile.packages[place]?.version ?? "";
          const finding = { title, url, severity, place, version, isRunTime: shipped.has(place) };
          return judged(
            finding,
            exceptions.find((exception) => covers(exception, lockfile, place)),
            today,
          );
        }),
      ),
  );
}

const line = ({ severity, place, version, title, url }: Finding): string =>
  `  ${severity}: ${nameAt(place)} ${version} (${place})\n    ${title}\n    ${url}`;

/** For a person: everything that is known, and what to do next. */
export function show(findings: readonly Finding[]): string {
  const accepted = findings.filter((finding) => finding.accepted !== undefined);
  const refused = findings.filter((finding) => finding.accepted === undefined);
  const lines = [
    findings.some(({ isRunTime }) => isRunTime)
      ? "What is shipped has known vulnerabilities."
      : "Nothing is known of what is shipped.",
  ];
  if (accepted.length > 0) lines.push("", "Known of development tools, and listed:");
  for (const finding of accepted) lines.push(line(finding), `    ${finding.accepted ?? ""}`);
  if (refused.length > 0) lines.push("", "To be dealt with:");
  for (const finding of refused) lines.push(line(finding), `    refused: ${finding.refused ?? ""}`);
  if (refused.length > 0) {
    lines.push(
      "",
      "Update it (`npm update <package>`, or `overrides` in package.json where a tool pins it). Where only developers get",
      "it and it does no harm, list its place in scripts/supply-chain/audit-exceptions.ts, with the reason.",
    );
  }
  return lines.join("\n");
}
