/** What the guide is made of: its steps, who does them, and the portals and pages that it names. */
import { byPlatform } from "../environments";
import type { Text } from "../language";
import type { Party } from "../party";

export type GuideStepId = "Q1" | "Q2" | "Q3" | "Q4" | "Q5" | "Q6" | "Q7" | "P1" | "P2" | "P3" | "P4" | "P5";

export interface FormField {
  /** As the portal writes it; the portals are in French. */
  readonly label: string;
  /** What to put there. */
  readonly value: Text;
  /** What of the configuration is to be entered, when it has it. */
  readonly filledWith?: "pisteApplicationName" | "structure" | "usageType" | "technicalContact";
  /** Its first group is what is to be entered of that value; a value that it does not match says nothing of the field. */
  readonly part?: RegExp;
}

/** A heading of the official guide, which is in French. */
export interface GuideHeading {
  readonly number: string;
  readonly title: string;
  /** What of the step the guide does not say. */
  readonly besides?: Text;
}

export interface GuideStep {
  readonly id: GuideStepId;
  readonly title: Text;
  /** Where the official guide speaks of it. */
  readonly heading: GuideHeading;
  readonly actor: Party;
  /** The portal and the way to the form. */
  readonly where: Text;
  /** Who begins, and where, when two people share the step; `actor` and `where` then say who ends it. */
  readonly firstBy?: Pick<GuideStep, "actor" | "where">;
  /** What each of the two does, where two people share the step. */
  readonly parts?: Readonly<Partial<Record<Party, Text>>>;
  /** What is done there, besides filling in the form. */
  readonly what: readonly Text[];
  /** The fields of the form, in its order. */
  readonly form?: readonly FormField[];
  /** What has to be there before. */
  readonly before: readonly Text[];
  /** What the doctor can see of it, and through what. */
  readonly seenBy: Text;
  /** The official page on it. */
  readonly link?: string;
}

export const HEADINGS = {
  account: { number: "1", title: "Créez votre compte PISTE" },
  sandbox: {
    number: "2.A",
    title: "Paramétrez votre application SANDBOX : Ajoutez les API CHORUS PRO à votre application",
  },
  qualification: { number: "2.B", title: "Créez votre raccordement CHORUS PRO" },
  application: { number: "3.A", title: "Créez votre application de Production sur PISTE" },
  production: { number: "3.B", title: "Créez votre raccordement CHORUS PRO en Production" },
  links: {
    number: "4",
    title: "Liens utiles",
    besides: {
      en: "which names the page below; storing is not in the guide",
      fr: "qui cite la page ci-dessous ; l'enregistrement n'est pas dans le guide",
    },
  },
} as const satisfies Record<string, GuideHeading>;

/** What the official guide calls itself. */
export const GUIDE_TITLE = "Réussir son raccordement Chorus Pro en mode API OAuth2";

export const headingText = ({ number, title }: GuideHeading): string => `${number}, « ${title} »`;

export const PORTALS = {
  piste: "https://piste.gouv.fr",
  "chorus-pro": byPlatform({ qualif: "https://qualif.chorus-pro.gouv.fr", prod: "https://portail.chorus-pro.gouv.fr" }),
} as const;

const COMMUNITY = "https://communaute.chorus-pro.gouv.fr/documentation";

/** The official pages that steps point to: those of the guide, and the one that asks for another order. */
export const GUIDE_LINKS = {
  raccordement: `${COMMUNITY}/raccordement-a-chorus-pro/`,
  technicalAccount: `${COMMUNITY}/creation-dun-compte-technique-pour-un-acces-api-en-production/`,
  developers: `${COMMUNITY}/aides-aux-developpeurs-api-en-mode-oauth2/`,
  qualification: `${COMMUNITY}/environnement-de-qualification-du-portail-de-services-chorus-pro/`,
} as const;

/** What those pages call themselves. */
const GUIDE_LINK_TITLES: Readonly<Record<keyof typeof GUIDE_LINKS, string>> = {
  raccordement: "Raccordement à Chorus Pro",
  technicalAccount: "Création d'un compte technique pour un accès API en Production",
  developers: "Aides aux développeurs API en mode OAuth2",
  qualification: "Environnement de qualification du portail de services Chorus Pro",
};

/** What the page at that address calls itself; of another address, the address. */
export function linkTitle(address: string): string {
  const names = Object.keys(GUIDE_LINKS) as (keyof typeof GUIDE_LINKS)[];
  const name = names.find((each) => GUIDE_LINKS[each] === address);
  return name === undefined ? address : GUIDE_LINK_TITLES[name];
}

/** Who does the step and where, one after the other. */
export function handsOf({ actor, where, firstBy }: GuideStep): readonly Pick<GuideStep, "actor" | "where">[] {
  return firstBy === undefined ? [{ actor, where }] : [firstBy, { actor, where }];
}
