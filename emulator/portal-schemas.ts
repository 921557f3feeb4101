/** Schemas of the portals' forms, for the control address. */
import * as v from "valibot";
import { parseDay } from "../piste/password-age";
import { IDENTIFIER_TYPES } from "../piste/structure-identifier";
import type {
  ApplicationChange,
  DataSet,
  NewApplication,
  NewTechnicalAccount,
  Raccordement,
  RaccordementReference,
  SecretReset,
  Space,
  Structure,
} from "./portal-forms";

const text = v.pipe(v.string(), v.nonEmpty());

export const structureSchema: v.GenericSchema<unknown, Structure> = v.strictObject({
  identifier: text,
  identifierType: v.picklist(IDENTIFIER_TYPES),
  name: v.optional(v.string(), "Structure fictive"),
  idStructureCPP: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  services: v.optional(
    v.array(v.strictObject({ codeService: text, libelleService: v.optional(text), estActif: v.optional(v.boolean()) })),
  ),
  serviceRequired: v.optional(v.boolean()),
  engagementRequired: v.optional(v.boolean()),
});

const structureReferenceSchema = v.strictObject({ identifier: text, identifierType: v.picklist(IDENTIFIER_TYPES) });

const apiChoiceSchema = v.strictObject({
  api: text,
  selected: v.optional(v.boolean()),
  cguAccepted: v.optional(v.boolean()),
});

export const applicationSchema: v.GenericSchema<unknown, NewApplication> = v.strictObject({
  name: text,
  client_id: text,
  client_secret: text,
  apis: v.optional(v.array(apiChoiceSchema)),
});

export const applicationChangeSchema: v.GenericSchema<unknown, ApplicationChange> = v.strictObject({
  name: text,
  apis: v.array(apiChoiceSchema),
});

export const secretResetSchema: v.GenericSchema<unknown, SecretReset> = v.strictObject({
  name: text,
  client_secret: text,
});

export const dataSetSchema: v.GenericSchema<unknown, DataSet> = v.strictObject({
  structure: v.strictObject({
    identifier: text,
    identifierType: v.optional(v.picklist(IDENTIFIER_TYPES), "SIRET"),
    name: v.optional(v.string(), "Structure fictive"),
  }),
  gestionnaire: text,
});

export const spaceSchema: v.GenericSchema<unknown, Space> = v.strictObject({
  structure: structureReferenceSchema,
  habilitated: v.optional(v.boolean()),
});

export const structureOnlySchema = v.strictObject({ structure: structureReferenceSchema });

export const raccordementSchema: v.GenericSchema<unknown, Raccordement> = v.strictObject({
  structure: structureReferenceSchema,
  application: text,
  usageType: v.optional(text),
  technicalContact: v.optional(text),
});

export const raccordementReferenceSchema: v.GenericSchema<unknown, RaccordementReference> = v.strictObject({
  structure: structureReferenceSchema,
  application: text,
});

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

export const technicalAccountSchema: v.GenericSchema<unknown, NewTechnicalAccount> = v.strictObject({
  login: text,
  password: text,
  structure: structureReferenceSchema,
  createdAt: v.optional(dateSchema("createdAt")),
  passwordChangedAt: v.optional(dateSchema("passwordChangedAt")),
});

export const newPasswordSchema = v.strictObject({ login: text, password: text });

export const habilitationSchema = v.strictObject({ login: text });
