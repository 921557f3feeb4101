/** The steps as the doctor's page sorts them: what is left of each, and whose it is. */
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
  /** Of the step that makes technical accounts: whether one is still to be made. */
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

/** Whose list the step is in: of the step that makes accounts, nobody at a portal who has made them. */
function askedOf({ owner, guide, account }: Step): readonly Party[] {
  const all = handsOf(guide).map(({ actor }) => actor);
  const isAll = owner === undefined || (owner === "operator" && account === "to-make" && all.includes(owner));
  if (!isAll) return [owner];
  return account === "made" ? all.filter((party) => !isPortal(party)) : all;
}

/** What all parts of a page are made from. */
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

/** Nothing is left to do or to see of it. */
export const isSettled = (step: StepReport): boolean => !isOpen(step) && !isUnconfirmed(step);

export const isUnconfirmed = ({ status, confirmedOn }: StepReport): boolean =>
  status === "by-hand" && confirmedOn === undefined;

/** Whether somebody is to act on it now. */
export const isTurn = (step: StepReport): boolean =>
  step.owner !== undefined || step.begins === true || isUnconfirmed(step);

/** Whether someone at a portal may have done the step already, or may do it now, whatever the technical team still has to do. */
export const isPerhapsDone = ({ status, owner, guide, account }: Step): boolean =>
  status === "not-seen-yet" &&
  owner === undefined &&
  account !== "made" &&
  handsOf(guide).every(({ actor }) => actor !== "operator");

/** Whether its lines are, among others, for somebody at a portal. */
export const isForPortals = (step: Step): boolean => partiesOf(step, step.guide).some(isPortal);

/** The steps that wait for the same as another one: what that is would be said of each. */
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
