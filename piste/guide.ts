/**
 * The official guide « Réussir son raccordement Chorus Pro en mode API OAuth2 » as data, in our own words: each step with
 * its party, place, fields and the checks that software can make. The doctor, its page and the onboarding document use it.
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
