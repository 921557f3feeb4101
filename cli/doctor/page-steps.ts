/** The steps, sorted for the doctor's page by what remains and who must do it. */
import { handsOf, type GuideStep } from "../../piste/guide";
import type { Language, Text } from "../../piste/language";
import { PARTIES, type Party } from "../../piste/party";
import { ACCOUNT, RACCORDEMENT } from "./findings/finding";
import type { Html } from "./html";
import { guideStep } from "./labels";
import { isPortal, partiesOf } from "./parties";
import { isOpen, type DoctorReport, type StepReport } from "./report";

/** A step of the report with what the guide says of it. */
export interface Step extends StepReport {
  readonly guide: GuideStep;
  /** Only on the step that creates technical accounts. */
  readonly account?: "to-make" | "made";
}

/** The report's steps, with what they ask of people. */
export function stepsOf({ steps, environment, applications }: DoctorReport): readonly Step[] {
  const accounts = applications.flatMap((application) => application.accounts);
  const isMade =
    steps.some(({ id, status }) => id === RACCORDEMENT[environment] && status === "not-needed") ||
    (accounts.length > 0 && accounts.every(({ password }) => password !== undefined));
  return steps.map((step) => ({
    ...step,
    guide: guideStep(step.id, environment),
    ...(step.id === ACCOUNT[environment] && { account: isMade ? "made" : "to-make" }),
  }));
}

/** The parties whose lists contain the step. When the accounts exist, their step is in no portal party's list. */
function askedOf({ owner, guide, account }: Step): readonly Party[] {
  const all = handsOf(guide).map(({ actor }) => actor);
  const isAll = owner === undefined || (owner === "operator" && account === "to-make" && all.includes(owner));
  if (!isAll) return [owner];
  return account === "made" ? all.filter((party) => !isPortal(party)) : all;
}

/** The data for all parts of a page. */
export interface View {
  readonly report: DoctorReport;
  readonly steps: readonly Step[];
  readonly language: Language;
  readonly say: (text: Text) => Html;
}

export interface Group {
  readonly party: Party;
  readonly steps: readonly Step[];
}

/** True when nothing remains to do or to confirm. */
export const isSettled = (step: StepReport): boolean => !isOpen(step) && !isUnconfirmed(step);

export const isUnconfirmed = ({ status, confirmedOn }: StepReport): boolean =>
  status === "by-hand" && confirmedOn === undefined;

/** True when somebody must act on it now. */
export const isTurn = (step: StepReport): boolean =>
  step.owner !== undefined || step.begins === true || isUnconfirmed(step);

/** True when someone at a portal may have done the step already or may do it now, without the technical team. */
export const isPerhapsDone = ({ status, owner, guide, account }: Step): boolean =>
  status === "not-seen-yet" &&
  owner === undefined &&
  account !== "made" &&
  handsOf(guide).every(({ actor }) => actor !== "operator");

/** True when someone at a portal is among its readers. */
export const isForPortals = (step: Step): boolean => partiesOf(step, step.guide).some(isPortal);

/** Groups of steps that wait for the same thing, so that the page says it once. */
export function waitingAlike(steps: readonly Step[]): readonly (readonly Step[])[] {
  const waiting = steps.filter(
    ({ status, owner, next, account }) => status === "not-seen-yet" && !owner && next && account !== "made",
  );
  const texts = [...new Set(waiting.map(({ next }) => next?.en))];
  return texts.map((text) => waiting.filter(({ next }) => next?.en === text)).filter(({ length }) => length > 1);
}

export function groupsOf(steps: readonly Step[]): readonly Group[] {
  return PARTIES.map((party) => ({
    party,
    steps: steps.filter((step) => askedOf(step).includes(party)),
  })).filter((group) => group.steps.length > 0);
}
