/**
 * `piste credentials try`: runs the doctor's checks on the credentials that were entered, without AWS. Stores
 * nothing.
 */
import { apisOfAccounts } from "../../piste/account-probe";
import { apisOf, scopesOf } from "../../piste/api-catalogue";
import { DEFAULT_PASSWORD_LIFETIME_IN_DAYS } from "../../piste/application";
import type { ObservedPisteFactId } from "../../piste/facts";
import { joined, type Text } from "../../piste/language";
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../../piste/token-endpoint";
import { deployCommand } from "../command/deployment-command";
import { CommandError } from "../command/failure";
import type { Receipt } from "../command/receipt";
import type { PisteTarget } from "../command/target";
import { examineLayers } from "../doctor/examine";
import { doctor, OPERATION, setCredentials, type CommandContext } from "../doctor/findings/finding";
import type { Found } from "../doctor/findings";
import type { DoctorReport, Layer, LayerReport, StepReport } from "../doctor/report";
import type { ApiEvidence, Subject } from "../doctor/subject";
import { Visit, type DoctorOptions } from "../doctor/visit";
import { enterTrial } from "./enter";
import { NOTHING_STORED, type Session } from "./session";
import { typed } from "./typed";

export type TrialSession = Pick<Session, "ask" | "say" | "warn" | "ifInterrupted"> & { readonly target: PisteTarget };

export interface TrialOptions extends Pick<DoctorOptions, "probe" | "sleep" | "debug"> {
  readonly apis: readonly string[];
  /** The options that chose the APIs, to repeat: ` --api legifrance`. */
  readonly sameApis?: string;
}

export interface TrialReport extends DoctorReport {
  readonly trial: NonNullable<DoctorReport["trial"]>;
  /** The problems found, by code. */
  readonly found: readonly Pick<Found, "code" | "step" | "owner">[];
  /** For a receipt. */
  readonly facts: Readonly<Record<ObservedPisteFactId, Observed>>;
}

type Observed = NonNullable<Receipt["facts"][ObservedPisteFactId]>;

/** @throws CommandError when the piped input is refused, or the APIs have several scopes. */
export async function tryCredentials(
  session: TrialSession,
  { apis, sameApis = "", probe = false, ...options }: TrialOptions,
  onLayer: (layer: LayerReport) => void = () => undefined,
): Promise<TrialReport> {
  checkScopes(apis);
  const { target: piste, say, ifInterrupted } = session;
  say(whereTo(piste));
  const takesAccount = apisOfAccounts(apis).length > 0;
  const form = { passwordLifetimeInDays: DEFAULT_PASSWORD_LIFETIME_IN_DAYS };
  const entered = await enterTrial(session, takesAccount ? form : undefined);
  if (entered.account !== undefined) ifInterrupted(joined([NOTHING_STORED, PERHAPS_SENT]));
  const { environment, local } = piste;
  const sameOptions = local ? " --local" : "";
  const where = `${sameApis}${probe ? " --probe" : ""}${sameOptions}`;
  const trial = entered.account === undefined ? "pair" : "pair-and-account";
  const context: CommandContext = { environment, where, trial };
  const { target, subject } = typed(piste, entered, apis, context);
  const visit = new Visit(target, { ...options, probe, where, trial });
  visit.subjects = [subject];
  // If no account was entered although an API takes one, the steps say so; the layer is skipped.
  const layers: readonly Layer[] = ["token", "gateway", "apis"];
  const report = await examineLayers(
    visit,
    takesAccount && entered.account === undefined ? layers : [...layers, "accounts"],
    onLayer,
  );
  const stored = { environment, where: sameOptions };
  const works = [
    ...(subject.token === undefined
      ? []
      : [...(local ? [] : [deployCommand(environment)]), setCredentials(stored, "client")]),
    ...(subject.accounts.some(({ accepted }) => accepted) ? [setCredentials(stored, "technical-account")] : []),
  ];
  return {
    ...report,
    applications: [],
    steps: report.steps.map((step) => notStored(step, step.id === OPERATION[environment], works, local)),
    trial: { again: unquoted(doctor(context)), store: works.map(unquoted) },
    found: subject.found.map(({ code, step, owner }) => ({ code, step, owner })),
    facts: factsOf(subject),
  };
}

const TELLING: readonly ApiEvidence["state"][] = ["let-in", "not-selected", "scope-missing", "not-exposed"];

/** The answers of PISTE and Chorus Pro as numbers. */
function factsOf({ token, apis, accounts }: Subject): TrialReport["facts"] {
  const seen = (isSeen: boolean, measured: Observed["measured"], isExpected = true): Observed => ({
    result: isSeen ? (isExpected ? "as expected" : "otherwise") : "not seen",
    measured,
  });
  const seconds = token === undefined ? undefined : token.expires_at - token.issued_at;
  const states: Record<string, number> = {};
  for (const { state } of apis) {
    const name = state.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    states[name] = (states[name] ?? 0) + 1;
  }
  const told = apis.some(({ state }) => TELLING.includes(state)) && !apis.some(({ state }) => state === "unclear");
  const accepted = accounts.filter((account) => account.accepted === true).length;
  const refused = accounts.filter((account) => account.accepted === false).length;
  return {
    "expires-in": seen(
      seconds !== undefined,
      seconds === undefined ? {} : { seconds },
      seconds === USUAL_TOKEN_LIFETIME_IN_MINUTES * 60,
    ),
    "api-not-selected": seen(told, states),
    "account-refused": seen(accepted + refused > 0, { accepted, refused }),
  };
}

/** @throws CommandError when the APIs need tokens of different scopes. */
function checkScopes(apis: readonly string[]): void {
  const { known } = apisOf(apis);
  if (scopesOf(known).length < 2) return;
  const names = known.map(({ name, scope }) => `${name} (${scope})`).join(", ");
  throw new CommandError(
    {
      en: `These APIs have several scopes: ${names}. Try those of one scope at a time.`,
      fr: `Ces API ont plusieurs scopes : ${names}. Essayez celles d'un même scope à la fois.`,
    },
    "operator",
    { code: "scopes-differ" },
  );
}

const unquoted = (command: string): string => command.replaceAll("`", "");

const PERHAPS_SENT: Text = {
  en: "The technical account may have been sent to Chorus Pro once.",
  fr: "Le compte technique a peut-être été envoyé une fois à Chorus Pro.",
};

/** Names the hosts before a person enters a value. */
function whereTo({ tokenEndpoint, apiBaseUrl }: PisteTarget): Text {
  const hosts = [...new Set([tokenEndpoint.host, apiBaseUrl.host])];
  return {
    en: `Everything that you type goes to ${hosts.join(" and ")} and is not stored. AWS is not called.`,
    fr: `Tout ce que vous saisissez va à ${hosts.join(" et ")} et n'est pas enregistré. AWS n'est pas appelé.`,
  };
}

/** The last step is done only once the working credentials are stored. Nothing can be confirmed by hand here. */
function notStored(step: StepReport, isLast: boolean, works: readonly string[], local: boolean): StepReport {
  if (step.status === "by-hand") return { ...step, next: undefined };
  if (!isLast || step.status !== "done") return step;
  const commands = works.join(", ");
  return {
    id: step.id,
    status: "not-seen-yet",
    next: {
      en: `${local ? "Store" : "Deploy, then store"} what was typed: ${commands}.`,
      fr: `${local ? "Enregistrez" : "Déployez, puis enregistrez"} : ${commands}.`,
    },
  };
}
