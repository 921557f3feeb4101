/** What the doctor finds, as its renderers take it: the terminal, `--json`, the page. */
import type { DescribedAccount } from "../../piste/description";
import type { Environment } from "../../piste/environments";
import type { FindingCode } from "./findings";
import type { GuideStepId } from "../../piste/guide";
import type { Language, Text } from "../../piste/language";
import type { Party } from "../../piste/party";

/** Where a person confirms steps, in the current folder. */
export const CONFIRMATIONS_FILE = "piste-confirmed.json";

/** By the step, when a person confirmed it, as yyyy-mm-dd: for all applications, or by the application. */
export type Confirmed = Readonly<Partial<Record<string, string | Readonly<Partial<Record<string, string>>>>>>;

/**
 * - `missing`: somebody must do it: `owner`, `cause`, `next` say who, why and what
 * - `not-seen-yet`: it may be done, but shows only once something else is; with an `owner` when waiting is all there is
 * - `not-reached`: the doctor stopped before it
 * - `by-hand`: no software can see it; `confirmedOn` says that a person has
 * - `not-needed`: no API of the application needs it
 */
export const STEP_STATUSES = ["done", "missing", "not-seen-yet", "not-reached", "by-hand", "not-needed"] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export interface StepReport {
  readonly id: GuideStepId;
  readonly status: StepStatus;
  /** Who must act, of the steps that keep the environment from being ready; else undefined. */
  readonly owner?: Party | undefined;
  readonly cause?: Text | undefined;
  readonly next?: Text | undefined;
  /** Which ones it is about, where there are several. */
  readonly applications?: readonly string[];
  /** yyyy-mm-dd: when a person confirmed a step that is `by-hand`. */
  readonly confirmedOn?: string | undefined;
  /** Whether it was seen from this machine or from the function in AWS. */
  readonly seenFrom?: "here" | "aws" | undefined;
  /** Of what was found wrong with it. */
  readonly codes?: readonly FindingCode[] | undefined;
  /** Whether who has nothing yet begins here: of the first step, while nothing is set up. */
  readonly begins?: true | undefined;
}

/** Whether the step keeps the environment from being ready. */
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
  /** `unclear`: nothing failed, but it was not seen to be good, either. */
  readonly status: "ok" | "unclear" | "failed" | "not-reached";
  /** What was seen, in a line. */
  readonly said: Text;
}

/** What a look at a layer of one application has shown. */
export interface Seen extends Text {
  /** @default "ok" */
  readonly status?: "unclear" | "not-reached";
}

/** When a technical account's password was set, and when it has to be changed. Days are yyyy-mm-dd. */
export interface PasswordReport {
  readonly setOn: string;
  /** Whether somebody noted that day; else it is the day on which the value was stored. */
  readonly noted: boolean;
  readonly renewBy: string;
  /** Less than none when that day has gone by. */
  readonly daysLeft: number;
}

export interface AccountReport extends Pick<DescribedAccount, "name" | "structure" | "usageType" | "technicalContact"> {
  /** Undefined while none is stored, or none was looked for. */
  readonly password?: PasswordReport | undefined;
}

/** What is configured of an application, as the portals' forms ask for it. */
export interface ApplicationReport {
  readonly name: string;
  readonly pisteApplicationName?: string | undefined;
  readonly accounts: readonly AccountReport[];
}

export interface DoctorReport {
  readonly environment: Environment;
  /** Whether the emulated AWS of this machine was looked at. */
  readonly local: boolean;
  /** The options by which the command was told where to look: ` --local`. */
  readonly where?: string | undefined;
  readonly applications: readonly ApplicationReport[];
  /** Epoch milliseconds. */
  readonly at: number;
  readonly ready: boolean;
  /**
   * Of an installation that was complete when it had its token, and that something stops now: when the last token came,
   * in epoch milliseconds, unless it is still valid.
   */
  readonly worked?: { readonly lastTokenAt?: number | undefined } | undefined;
  /** All steps of the environment, in the guide's order. */
  readonly steps: readonly StepReport[];
  readonly layers: readonly LayerReport[];
  /** What is no step's failure and yet worth a look: an account of another structure's form, a password that ends soon. */
  readonly notes: readonly Text[];
  /** Of `credentials try`, which stores nothing: the commands that look again, and that deploy and store what works. */
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
