/** The doctor's report, for its renderers: the terminal, `--json`, the page. */
import type { DescribedAccount } from "../../piste/description";
import type { Environment } from "../../piste/environments";
import type { FindingCode } from "./findings";
import type { GuideStepId } from "../../piste/guide";
import type { Language, Text } from "../../piste/language";
import type { Party } from "../../piste/party";

/** The file in the current folder in which a person confirms steps. */
export const CONFIRMATIONS_FILE = "piste-confirmed.json";

/** By step, the day of the confirmation as yyyy-mm-dd: one for all applications, or one for each. */
export type Confirmed = Readonly<Partial<Record<string, string | Readonly<Partial<Record<string, string>>>>>>;

/**
 * - `missing`: `owner`, `cause`, `next` say who must act, why, and how
 * - `not-seen-yet`: it may be done, but that shows only later; with an `owner` when somebody only has to wait
 * - `not-reached`: the doctor stopped before it
 * - `by-hand`: no software can see it; `confirmedOn` is set when a person has
 * - `not-needed`: no API of the application needs it
 */
export const STEP_STATUSES = ["done", "missing", "not-seen-yet", "not-reached", "by-hand", "not-needed"] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export interface StepReport {
  readonly id: GuideStepId;
  readonly status: StepStatus;
  /** The party that must act; undefined when the step does not keep the environment from being ready. */
  readonly owner?: Party | undefined;
  readonly cause?: Text | undefined;
  readonly next?: Text | undefined;
  /** The applications that the step is about, when there are several. */
  readonly applications?: readonly string[];
  /** yyyy-mm-dd: when a person confirmed a step that is `by-hand`. */
  readonly confirmedOn?: string | undefined;
  /** The place from which it was seen: this machine or the function in AWS. */
  readonly seenFrom?: "here" | "aws" | undefined;
  /** The codes of its findings. */
  readonly codes?: readonly FindingCode[] | undefined;
  /** True for the first step while nothing is set up. */
  readonly begins?: true | undefined;
}

/** True when the step keeps the environment from being ready. */
export const isOpen = ({ status }: StepReport): boolean =>
  status !== "done" && status !== "by-hand" && status !== "not-needed";

/** In the order in which the doctor looks. */
export const LAYERS = [
  "configuration",
  "aws",
  "refresher",
  "token",
  "gateway",
  "apis",
  "accounts",
  "structures",
] as const;
export type Layer = (typeof LAYERS)[number];

export interface LayerReport {
  readonly layer: Layer;
  /** `unclear`: nothing failed, but not everything could be checked. */
  readonly status: "ok" | "unclear" | "failed" | "not-reached";
  /** One line about what was seen. */
  readonly said: Text;
}

/** The result of one layer of one application. */
export interface Seen extends Text {
  /** @default "ok" */
  readonly status?: "unclear" | "not-reached";
}

/** When a technical account's password was set, and when it has to be changed. Days are yyyy-mm-dd. */
export interface PasswordReport {
  readonly setOn: string;
  /** True when somebody noted that day; otherwise it is the day on which the value was stored. */
  readonly noted: boolean;
  readonly renewBy: string;
  /** Negative when that day has passed. */
  readonly daysLeft: number;
}

export interface AccountReport extends Pick<DescribedAccount, "name" | "structure" | "usageType" | "technicalContact"> {
  /** Undefined while none is stored, or none was looked for. */
  readonly password?: PasswordReport | undefined;
}

/** The configured values of an application that the portals' forms ask for. */
export interface ApplicationReport {
  readonly name: string;
  readonly pisteApplicationName?: string | undefined;
  readonly accounts: readonly AccountReport[];
}

export interface DoctorReport {
  readonly environment: Environment;
  /** True when the report is about this machine's emulated AWS. */
  readonly local: boolean;
  /** The options of the target, repeated in the suggested commands: ` --local`. */
  readonly where?: string | undefined;
  readonly applications: readonly ApplicationReport[];
  /** Epoch milliseconds. */
  readonly at: number;
  readonly ready: boolean;
  /**
   * Set when an installation that worked is stopped now. `lastTokenAt`, in epoch milliseconds, is absent while that
   * token is valid.
   */
  readonly worked?: { readonly lastTokenAt?: number | undefined } | undefined;
  /** All steps of the environment, in the guide's order. */
  readonly steps: readonly StepReport[];
  readonly layers: readonly LayerReport[];
  /** Remarks that are not failures, such as a password that expires soon. */
  readonly notes: readonly Text[];
  /** Set by `credentials try`: the command that tries again, and those that deploy and store what works. */
  readonly trial?: { readonly again: string; readonly store: readonly string[] };
}

/** For programs; every step, every key, times as ISO 8601: docs/json.md. */
export function toJson(report: DoctorReport, language: Language): object {
  const { environment, local, applications, at, ready, worked, steps, notes } = report;
  return {
    environment,
    local,
    applications: applications.map(({ name, accounts }) => ({
      application: name,
      technicalAccounts: accounts.map(passwordToJson),
    })),
    at: new Date(at).toISOString(),
    ready,
    worked: worked
      ? { lastTokenAt: worked.lastTokenAt === undefined ? null : new Date(worked.lastTokenAt).toISOString() }
      : null,
    steps: steps.map(({ id, status, owner, codes = [], cause, next, begins = false, confirmedOn, seenFrom }) => ({
      id,
      status,
      owner: owner ?? null,
      codes,
      cause: cause?.[language] ?? null,
      next: next?.[language] ?? null,
      begins,
      confirmedOn: confirmedOn ?? null,
      seenFrom: seenFrom ?? null,
    })),
    notes: notes.map((note) => note[language]),
  };
}

function passwordToJson({ name, password }: AccountReport): object {
  const dateFrom = password?.noted ? "label" : "version";
  return {
    account: name,
    changedOn: password?.setOn ?? null,
    dateFrom: password ? dateFrom : null,
    renewBy: password?.renewBy ?? null,
    daysLeft: password?.daysLeft ?? null,
  };
}
