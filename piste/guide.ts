/**
 * The official guide « Réussir son raccordement Chorus Pro en mode API OAuth2 » as data, in our own words: its steps,
 * who does each, where, with which fields, and what software can see of it. The doctor, its page and the onboarding
 * document are made from it.
 */
import { ENVIRONMENTS, isProduction, type Environment } from "./environments";
import { productionSteps } from "./guide/prod";
import { qualificationSteps } from "./guide/qualif";
import type { GuideStep } from "./guide/step";

export * from "./guide/step";

const stepsOf = (environment: Environment): readonly GuideStep[] =>
  isProduction(environment) ? productionSteps(environment) : qualificationSteps(environment);

export const GUIDE = Object.fromEntries(
  ENVIRONMENTS.map((environment) => [environment, stepsOf(environment)]),
) as Readonly<Record<Environment, readonly GuideStep[]>>;
