/**
 * The official guide « Réussir son raccordement Chorus Pro en mode API OAuth2 » as data, in our own words: its steps,
 * who does each, where, with which fields, and what software can see of it. The doctor, its page and the onboarding
 * document are made from it.
 */
import type { Environment } from "./environments";
import { PROD } from "./guide/prod";
import { QUALIF } from "./guide/qualif";
import type { GuideStep } from "./guide/step";

export * from "./guide/step";

export const GUIDE: Readonly<Record<Environment, readonly GuideStep[]>> = { qualif: QUALIF, prod: PROD };
