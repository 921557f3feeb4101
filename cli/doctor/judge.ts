/** Turns the findings and the evidence into a status for each step of the guide. Pure. */
import { CHORUS_PRO_APIS } from "../../piste/api-catalogue";
import { byPlatform, type Environment } from "../../piste/environments";
import { GUIDE, type GuideStep, type GuideStepId } from "../../piste/guide";
import type { Text } from "../../piste/language";
import { EXIT_CODES } from "../command/failure";
import { mergeFindings } from "./merged-findings";
import type { FindingCode, Found } from "./findings";
import { doctor, type CommandContext } from "./findings/finding";
import { isOpen, LAYERS, type Confirmed, type DoctorReport, type StepReport } from "./report";
import { asSentence, howManyApis, LET_APPLICATION_IN, shortList, uncheckedText } from "./message-parts";
import { guideStep } from "./labels";
import { worstOf, type OfApplication } from "./worst-step";

/** The evidence about one application. */
export interface Evidence {
  /** Undefined when no application is known. */
  readonly name?: string | undefined;
  readonly pisteApplicationName?: string | undefined;
  /** True when it calls Chorus Pro; undefined when unknown. */
  readonly chorusPro?: boolean | undefined;
  readonly hasToken: boolean;
  /** By title; `letIn` is undefined while unknown. */
  readonly apis: readonly { readonly title: string; readonly letIn: boolean | undefined }[];
  /** By title: your own APIs without a `ping`. */
  readonly unchecked?: readonly string[];
  /** Undefined while unknown. */
  readonly accounts: readonly { readonly accepted?: boolean | undefined; readonly connected?: boolean | undefined }[];
  /** True when each API answered each account as it should. */
  readonly complete: boolean;
  /** The command that would show more of the APIs. */
  readonly probeCommand?: string | undefined;
  readonly found: readonly Found[];
}

type Draft = Omit<StepReport, "id">;
/** The place from which a step without a finding was seen; undefined when it was not seen. */
type Sight = (evidence: Evidence) => Draft | undefined;

const DONE_IN_AWS: Draft = { status: "done", seenFrom: "aws" };
const DONE_HERE: Draft = { status: "done", seenFrom: "here" };
const NOT_NEEDED: Draft = {
  status: "not-needed",
  cause: { en: "Not needed: no API of Chorus Pro.", fr: "Sans objet : aucune API de Chorus Pro." },
};

const byToken: Sight = ({ hasToken }) => (hasToken ? DONE_IN_AWS : undefined);

/** The findings when nothing is set up yet. */
const FROM_NOTHING: readonly FindingCode[] = ["not-deployed", "client-empty"];

/** The guide's first step: beginners are sent there. */
const beginning = ({ where }: GuideStep): Draft => ({
  status: "not-seen-yet",
  begins: true,
  next: {
    en: `If nothing is set up yet, begin here: ${where.en}.`,
    fr: `Si rien n'est encore fait, commencez ici : ${where.fr}.`,
  },
});

const isFromNothing = ({ found }: Evidence): boolean => found.some(({ code }) => FROM_NOTHING.includes(code));

const byName: Sight = ({ name, pisteApplicationName, hasToken }) => {
  if (name !== undefined && pisteApplicationName === undefined) {
    return {
      status: "by-hand",
      cause: {
        en: "`pisteApplicationName` is not in the configuration.",
        fr: "`pisteApplicationName` n'est pas dans la configuration.",
      },
    };
  }
  return hasToken ? DONE_IN_AWS : undefined;
};

/** An account that is refused by one API is not sent to the next. */
const REFUSALS: readonly FindingCode[] = ["account-refused", "account-refused-before", "account-young"];

/** Names the APIs that have not shown whether they let the application in; says why after a refused account. */
function unseenText({ apis, found }: Evidence): Text {
  const titles = apis.filter(({ letIn }) => letIn === undefined).map(({ title }) => title);
  const { en, fr } = shortList(titles, CHORUS_PRO_APIS.length);
  if (!found.some(({ code }) => REFUSALS.includes(code))) {
    return { en: `${en} not seen yet`, fr: `pas encore vu : ${fr}` };
  }
  return {
    en: `${en} not known yet: the refused account is not sent there`,
    fr: `${fr} : pas encore connu, le compte refusé n'y est pas envoyé`,
  };
}

const byApis: Sight = (evidence) => {
  const { apis, found, unchecked = [], probeCommand: command } = evidence;
  if (apis.length + unchecked.length > 0 && apis.every(({ letIn }) => letIn === true)) {
    const cause = uncheckedText(unchecked);
    return cause === undefined ? DONE_HERE : { status: "by-hand", cause: { en: `${cause.en}.`, fr: `${cause.fr}.` } };
  }
  if (stoppedBy(found) !== undefined) return undefined;
  const seen = apis.filter(({ letIn }) => letIn === true).length;
  const unseen = unseenText(evidence);
  const letIn = howManyApis(seen, apis.length, LET_APPLICATION_IN);
  const { en, fr } = asSentence(
    seen === 0 ? unseen : { en: `${letIn.en}; ${unseen.en}`, fr: `${letIn.fr} ; ${unseen.fr}` },
  );
  const cause: Text = { en: `${en}.`, fr: `${fr}.` };
  if (command === undefined) return { ...unseenDraft(found), cause };
  const first = unseenDraft(found).next;
  return {
    status: "not-seen-yet",
    cause,
    next: {
      en: `${first?.en ?? ""} Or ${command}, which sends a made-up login.`.trim(),
      fr: `${first?.fr ?? ""} Ou ${command}, qui envoie un identifiant inventé.`.trim(),
    },
  };
};

const byHand: Sight = ({ chorusPro }) => (chorusPro === false ? NOT_NEEDED : { status: "by-hand" });

const byAccounts =
  (seen: "accepted" | "connected"): Sight =>
  ({ chorusPro, accounts, found }) => {
    if (chorusPro === false) return NOT_NEEDED;
    const yes = accounts.filter((account) => account[seen] === true).length;
    if (accounts.length > 0 && yes === accounts.length) return DONE_HERE;
    if (accounts.length < 2 || stoppedBy(found) !== undefined) return undefined;
    const cause = {
      en: `${yes} of ${accounts.length} accounts.`,
      fr: `${yes} ${yes < 2 ? "compte" : "comptes"} sur ${accounts.length}.`,
    };
    return { ...unseenDraft(found), cause };
  };

/** When the raccordement is missing, the space may not be open, so this step is checked first. */
const bySpace: Sight = (evidence) => {
  const seen = byAccounts("connected")(evidence);
  if (!evidence.found.some(({ code }) => code === "raccordement-missing")) return seen;
  return {
    status: "not-seen-yet",
    next: {
      en: "Check it before P4: if the space is not in the menu, it is not open for the structure, or the habilitations on it are missing.",
      fr: "À vérifier avant P4 : si l'espace n'apparaît pas dans le menu, il n'est pas ouvert pour la structure, ou les habilitations manquent.",
    },
  };
};

const SIGHTS: Readonly<Record<GuideStepId, Sight>> = {
  Q1: byToken,
  Q2: byName,
  Q3: byApis,
  Q4: byHand,
  Q5: byAccounts("connected"),
  Q6: byAccounts("accepted"),
  Q7: () => undefined,
  P1: byName,
  P2: byApis,
  P3: bySpace,
  P4: byAccounts("connected"),
  P5: () => undefined,
};

const LAST: Readonly<Record<Environment, GuideStepId>> = byPlatform({ qualif: "Q7", prod: "P5" });

const stoppedBy = (found: readonly Found[]): Found | undefined => found.find(({ stops }) => stops);

/** The reason why a step is not seen yet. */
function unseenDraft(found: readonly Found[]): Draft {
  const stop = stoppedBy(found);
  if (stop !== undefined && stop.first === undefined) return { status: "not-reached" };
  const inOrder = [...found].sort((one, other) => LAYERS.indexOf(other.layer) - LAYERS.indexOf(one.layer));
  const before = stop ?? inOrder.find(({ first }) => first !== undefined);
  if (before?.first === undefined) return { status: "not-seen-yet" };
  return { status: "not-seen-yet", next: firstOf(before.step, before.first) };
}

const firstOf = (step: GuideStepId, what: Text): Text => ({
  en: `It shows after ${step}: ${what.en}.`,
  fr: `Cela se verra après ${step} : ${what.fr}.`,
});

/** The last step is done when each API answers each account as it should. */
function lastDraft({ apis, complete, found }: Evidence, others: readonly StepReport[]): Draft {
  const open = others.filter(isOpen);
  const first = open.find(({ owner }) => owner !== undefined) ?? open[0];
  // When no API can be called, the token is the only evidence.
  if (complete) return apis.length > 0 ? DONE_HERE : DONE_IN_AWS;
  if (stoppedBy(found) !== undefined) return unseenDraft(found);
  if (first === undefined) return { status: "not-seen-yet" };
  return { status: "not-seen-yet", next: firstOf(first.id, guideStep(first.id).title) };
}

function judgeOne(environment: Environment, evidence: Evidence, fromNothing: boolean): StepReport[] {
  const steps: StepReport[] = [];
  for (const guide of GUIDE[environment]) {
    const { id } = guide;
    const failures = evidence.found.filter(({ step }) => step === id);
    const draft =
      failures.length > 0
        ? mergeFindings(failures, evidence.accounts.length)
        : id === LAST[environment]
          ? lastDraft(evidence, steps)
          : (SIGHTS[id](evidence) ??
            (fromNothing && steps.length === 0 ? beginning(guide) : unseenDraft(evidence.found)));
    steps.push({ id, ...draft });
  }
  return steps;
}

/** Adds the day on which a person confirmed the step. */
function confirmedStep(step: StepReport, application: string | undefined, day: Confirmed[string]): StepReport {
  const confirmedOn = typeof day === "object" ? day[application ?? ""] : day;
  if (step.status !== "by-hand" || confirmedOn === undefined) return step;
  return { id: step.id, status: step.status, confirmedOn };
}

/** The command that confirms such a step: for all applications, or for those that are not confirmed yet. */
function toConfirm(id: GuideStepId, context: CommandContext, steps: readonly OfApplication[]): Text {
  const left = steps.filter(({ step }) => step.status === "by-hand" && step.confirmedOn === undefined);
  const contexts =
    left.length === steps.length ? [context] : left.map(({ application }) => ({ ...context, application }));
  const commands = contexts.map((each) => doctor(each, ` --confirm ${id}`)).join(", ");
  return { en: `Once it is done: ${commands}.`, fr: `Une fois que c'est fait : ${commands}.` };
}

/** All steps of the environment, in the guide's order. */
export function judge(
  context: CommandContext,
  applications: readonly Evidence[],
  confirmed: Confirmed = {},
): StepReport[] {
  const { environment } = context;
  const fromNothing = applications.every(isFromNothing);
  const all = applications.map((evidence) => ({
    name: evidence.name,
    steps: judgeOne(environment, evidence, fromNothing),
  }));
  return GUIDE[environment].map(({ id }, index) => {
    const steps = all.flatMap(({ name, steps: own }) => {
      const step = own[index];
      return step === undefined ? [] : [{ application: name, step: confirmedStep(step, name, confirmed[id]) }];
    });
    const step = worstOf(steps);
    if (step.status !== "by-hand" || step.confirmedOn !== undefined) return step;
    return { ...step, next: toConfirm(id, context, steps) };
  });
}

export const isReady = (steps: readonly StepReport[]): boolean => !steps.some(isOpen);

/** The step to fix first: missing before waiting. */
export function firstFailedStep(steps: readonly StepReport[]): StepReport | undefined {
  const withOwner = steps.filter(({ owner }) => owner !== undefined);
  return withOwner.find(({ status }) => status === "missing") ?? withOwner[0];
}

export function exitCodeOf({ ready, steps }: Pick<DoctorReport, "ready" | "steps">): number {
  if (ready) return EXIT_CODES.ready;
  return EXIT_CODES[firstFailedStep(steps)?.owner ?? "wait"];
}
