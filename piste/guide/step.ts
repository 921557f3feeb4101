/** The types of the guide's steps, and the portals and pages that steps name. */
import { byPlatform } from "../environments";
import type { Text } from "../language";
import type { Party } from "../party";

export type GuideStepId = "Q1" | "Q2" | "Q3" | "Q4" | "Q5" | "Q6" | "Q7" | "P1" | "P2" | "P3" | "P4" | "P5";

export interface FormField {
  /** As the portal writes it; the portals are in French. */
  readonly label: string;
  /** The value to enter. */
  readonly value: Text;
  /** The configured property to enter, if it is set. */
  readonly filledWith?: "pisteApplicationName" | "structure" | "usageType" | "technicalContact";
  /** The first group is the part of the property to enter; a property that does not match fills nothing. */
  readonly part?: RegExp;
}

/** A heading of the official guide, which is in French. */
export interface GuideHeading {
  readonly number: string;
  readonly title: string;
  /** A remark on what the guide leaves out. */
  readonly besides?: Text;
}

export interface GuideStep {
  readonly id: GuideStepId;
  readonly title: Text;
  /** The official guide's section. */
  readonly heading: GuideHeading;
  readonly actor: Party;
  /** The portal and the way to the form. */
  readonly where: Text;
  /** The first of two people who share the step; `actor` and `where` are then the second's. */
  readonly firstBy?: Pick<GuideStep, "actor" | "where">;
  /** The title of each person's part, when two share the step. */
  readonly parts?: Readonly<Partial<Record<Party, Text>>>;
  /** Instructions other than the form. */
  readonly what: readonly Text[];
  /** The fields of the form, in its order. */
  readonly form?: readonly FormField[];
  /** Prerequisites. */
  readonly before: readonly Text[];
  /** How the doctor verifies the step. */
  readonly seenBy: Text;
  /** The official page. */
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

/** The official guide's title. */
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

/** Titles of those pages. */
const GUIDE_LINK_TITLES: Readonly<Record<keyof typeof GUIDE_LINKS, string>> = {
  raccordement: "Raccordement à Chorus Pro",
  technicalAccount: "Création d'un compte technique pour un accès API en Production",
  developers: "Aides aux développeurs API en mode OAuth2",
  qualification: "Environnement de qualification du portail de services Chorus Pro",
};

/** The title of a page of {@link GUIDE_LINKS}, or the address of another page. */
export function linkTitle(address: string): string {
  const names = Object.keys(GUIDE_LINKS) as (keyof typeof GUIDE_LINKS)[];
  const name = names.find((each) => GUIDE_LINKS[each] === address);
  return name === undefined ? address : GUIDE_LINK_TITLES[name];
}

/** The people who do the step, in order, and where each does it. */
export function handsOf({ actor, where, firstBy }: GuideStep): readonly Pick<GuideStep, "actor" | "where">[] {
  return firstBy === undefined ? [{ actor, where }] : [firstBy, { actor, where }];
}
