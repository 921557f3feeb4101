/** The forms on the portals of PISTE and Chorus Pro. */
import type { IDENTIFIER_TYPES } from "../piste/structure-identifier";

/** A structure that Chorus Pro knows. */
export interface Structure {
  identifier: string;
  identifierType: string;
  name: string;
  /** @default - a number that does not change */
  idStructureCPP?: number | undefined;
  services?: StructureService[] | undefined;
  /** @default false */
  serviceRequired?: boolean | undefined;
  /** @default false */
  engagementRequired?: boolean | undefined;
}

/** A service of a structure, in Chorus Pro's own words. */
export interface StructureService {
  codeService: string;
  /** @default - the code */
  libelleService?: string | undefined;
  /** @default true */
  estActif?: boolean | undefined;
}

export type KnownStructure = Structure & { readonly idStructureCPP: number };

/** Identifies a structure. */
export type StructureReference = Pick<Structure, "identifier" | "identifierType">;

/** One API in an application's form. Calls need both the selection and the accepted CGU. */
export interface ApiChoice {
  /** A name of the catalogue, or of the setting `apis`. */
  api: string;
  /** @default true */
  selected?: boolean | undefined;
  /** @default true */
  cguAccepted?: boolean | undefined;
}

/** An application on the PISTE portal; in the sandbox if its name begins with `APP_SANDBOX_`. */
export interface NewApplication {
  name: string;
  client_id: string;
  client_secret: string;
  /** @default - none */
  apis?: ApiChoice[] | undefined;
}

/** APIs that are not listed do not change. */
export interface ApplicationChange {
  name: string;
  apis: ApiChoice[];
}

export type SecretReset = Pick<NewApplication, "name" | "client_secret">;

/** The « matelas de données » of qualification: a supplier structure and the login of its gestionnaire principal. */
export interface DataSet {
  structure: Structure & { identifierType: (typeof IDENTIFIER_TYPES)[number] };
  gestionnaire: string;
}

/** The space « Raccordements EDI et API » of a structure; without habilitations its menu is absent. */
export interface Space {
  structure: StructureReference;
  /** @default true */
  habilitated?: boolean | undefined;
}

export interface RaccordementReference {
  structure: StructureReference;
  /** The application's name on the PISTE portal. */
  application: string;
}

/** The form of a raccordement; one for each structure and application. */
export interface Raccordement extends RaccordementReference {
  usageType?: string | undefined;
  technicalContact?: string | undefined;
}

/** A technical account of one structure; dates are epoch milliseconds. */
export interface NewTechnicalAccount {
  login: string;
  password: string;
  structure: StructureReference;
  /** @default now, or when the password was changed */
  createdAt?: number | undefined;
  /** @default when the account was created */
  passwordChangedAt?: number | undefined;
}
