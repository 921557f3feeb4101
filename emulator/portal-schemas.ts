/** What people enter on the portals of PISTE and Chorus Pro, as the control address takes it. */
import * as v from "valibot";
import { API_NAMES } from "../piste/api-catalogue";
import { parseDay } from "../piste/password-age";
import { IDENTIFIER_TYPES } from "../piste/structure-identifier";

const text = v.pipe(v.string(), v.nonEmpty());

/** A structure that Chorus Pro knows. */
export const structureSchema = v.strictObject({
  identifier: text,
  identifierType: text,
  name: v.optional(v.string(), "Structure fictive"),
});
export type Structure = v.InferOutput<typeof structureSchema>;

/** Names one. */
export const structureReferenceSchema = v.strictObject({ identifier: text, identifierType: text });
export type StructureReference = v.InferOutput<typeof structureReferenceSchema>;

/** What an application's form says of one API: both are needed before a call is let through. */
const apiChoiceSchema = v.strictObject({
  api: v.picklist(API_NAMES),
  /** @default true */
  selected: v.optional(v.boolean()),
  /** @default true */
  cguAccepted: v.optional(v.boolean()),
});
export type ApiChoice = v.InferOutput<typeof apiChoiceSchema>;

/** An application on the PISTE portal: a sandbox one when its name begins with `APP_SANDBOX_`. */
export const applicationSchema = v.strictObject({
  name: text,
  client_id: text,
  client_secret: text,
  /** @default - none is selected */
  apis: v.optional(v.array(apiChoiceSchema)),
});
export type NewApplication = v.InferOutput<typeof applicationSchema>;

/** APIs that are not named stay as they are. */
export const applicationChangeSchema = v.strictObject({ name: text, apis: v.array(apiChoiceSchema) });
export type ApplicationChange = v.InferOutput<typeof applicationChangeSchema>;

export const secretResetSchema = v.strictObject({ name: text, client_secret: text });
export type SecretReset = v.InferOutput<typeof secretResetSchema>;

/** The « matelas de données » of qualification: a supplier structure and the login of its gestionnaire principal. */
export const dataSetSchema = v.strictObject({
  structure: v.strictObject({
    identifier: text,
    identifierType: v.optional(v.picklist(IDENTIFIER_TYPES), "SIRET"),
    name: v.optional(v.string(), "Structure fictive"),
  }),
  gestionnaire: text,
});
export type DataSet = v.InferOutput<typeof dataSetSchema>;

/** The space « Raccordements EDI et API » of a structure; without habilitations on it, its menu is not there. */
export const spaceSchema = v.strictObject({
  structure: structureReferenceSchema,
  /** @default true */
  habilitated: v.optional(v.boolean()),
});
export type Space = v.InferOutput<typeof spaceSchema>;

export const structureOnlySchema = v.strictObject({ structure: structureReferenceSchema });

/** The form of a raccordement; one for each structure and application. */
export const raccordementSchema = v.strictObject({
  structure: structureReferenceSchema,
  /** The application's name on the PISTE portal. */
  application: text,
  usageType: v.optional(text),
  technicalContact: v.optional(text),
});
export type Raccordement = v.InferOutput<typeof raccordementSchema>;

export const raccordementReferenceSchema = v.strictObject({
  structure: structureReferenceSchema,
  application: text,
});
export type RaccordementReference = v.InferOutput<typeof raccordementReferenceSchema>;

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** To epoch milliseconds; a day alone is its first moment in UTC. */
const dateSchema = (field: string) =>
  v.pipe(
    v.string(),
    v.check(
      (value) =>
        DATE.test(value) && parseDay(value.slice(0, "yyyy-mm-dd".length)) !== undefined && !isNaN(Date.parse(value)),
      `${field} must be a date such as 2026-07-26 or 2026-07-26T09:30:00Z`,
    ),
    v.transform((value) => Date.parse(value)),
  );

/** A technical account, for one structure. */
export const technicalAccountSchema = v.strictObject({
  login: text,
  password: text,
  structure: structureReferenceSchema,
  /** @default now, or when the password was changed */
  createdAt: v.optional(dateSchema("createdAt")),
  /** @default when the account was created */
  passwordChangedAt: v.optional(dateSchema("passwordChangedAt")),
});
export type NewTechnicalAccount = v.InferOutput<typeof technicalAccountSchema>;

export const newPasswordSchema = v.strictObject({ login: text, password: text });

export const habilitationSchema = v.strictObject({ login: text });
