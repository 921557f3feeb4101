/**
 * What the configuration is asked for, field by field, with the configuration's own checks. Nothing secret is among it,
 * and nothing of prod is taken from qualif.
 */
import { checkAccountId, checkBucket, checkEmail, checkRegion, DEFAULT_REGION } from "../../constructs/aws-checks";
import { checkDifferent, checkPisteApplicationName, SANDBOX_PREFIX } from "../../piste/application";
import type { Platform } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { checkSiret } from "../../piste/structure-identifier";

/** The fields as JSON has them, too. */
export interface Given {
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  readonly alarmEmails?: readonly string[] | undefined;
  /** Of qualif: PISTE names the sandbox application after it. */
  readonly pisteAccountEmail?: string | undefined;
  /** Of prod. */
  readonly pisteApplicationName?: string | undefined;
  readonly siret?: string | undefined;
  /** Of prod. */
  readonly stateBucket?: string | undefined;
}

/** What an environment's file is made of; what is not given stays as the example has it. */
export type Answers = Omit<Given, "pisteAccountEmail">;

export type FieldName = keyof Given;

export interface Field {
  readonly name: FieldName;
  readonly question: Text;
  /** What an answer must be, for those whom the check's own English does not serve. */
  readonly rule: Text;
  /** @throws Error naming the property, the rule and the value. */
  readonly check: (property: string, value: string) => void;
  /** Several, with commas between them. */
  readonly isList?: true;
}

const REGION: Field = {
  name: "region",
  question: { en: "AWS region", fr: "Région AWS" },
  rule: { en: `a region such as ${DEFAULT_REGION}`, fr: `une région comme ${DEFAULT_REGION}` },
  check: checkRegion,
};
const ACCOUNT: Field = {
  name: "account",
  question: {
    en: "AWS account, 12 digits (optional)",
    fr: "Compte AWS, 12 chiffres (facultatif)",
  },
  rule: { en: "12 digits", fr: "12 chiffres" },
  check: checkAccountId,
};
const ALARM_EMAILS: Field = {
  name: "alarmEmails",
  question: {
    en: "E-mails for the alarms, with commas (optional)",
    fr: "E-mails pour les alarmes, avec virgules (facultatif)",
  },
  rule: { en: "e-mail addresses", fr: "des adresses e-mail" },
  check: checkEmail,
  isList: true,
};
const STATE_BUCKET: Field = {
  name: "stateBucket",
  question: {
    en: "S3 bucket for Terraform's state (optional)",
    fr: "Bucket S3 pour l'état de Terraform (facultatif)",
  },
  rule: {
    en: "3 to 63 lower-case letters, digits, hyphens and dots",
    fr: "de 3 à 63 minuscules, chiffres, tirets et points",
  },
  check: checkBucket,
};

export const FIELDS: Readonly<Record<Platform, readonly Field[]>> = {
  qualif: [
    REGION,
    ACCOUNT,
    ALARM_EMAILS,
    {
      name: "pisteAccountEmail",
      question: {
        en: "E-mail of your PISTE account (optional)",
        fr: "E-mail de votre compte PISTE (facultatif)",
      },
      rule: { en: "an e-mail address", fr: "une adresse e-mail" },
      check: (property, value) => {
        checkEmail(property, value);
        checkPisteApplicationName(property, sandboxApplication(value), "qualif");
      },
    },
    {
      name: "siret",
      question: {
        en: "Fictitious SIRET of your data set (optional)",
        fr: "SIRET fictif de votre matelas de données (facultatif)",
      },
      rule: { en: "14 digits", fr: "14 chiffres" },
      check: (property, value) => {
        checkSiret(property, value, "qualif");
      },
    },
  ],
  prod: [
    REGION,
    ACCOUNT,
    ALARM_EMAILS,
    {
      name: "pisteApplicationName",
      question: {
        en: "Name of your application on PISTE (optional)",
        fr: "Nom de votre application sur PISTE (facultatif)",
      },
      rule: {
        en: `your own application's, not ${SANDBOX_PREFIX}…`,
        fr: `celui de votre propre application, pas ${SANDBOX_PREFIX}…`,
      },
      check: (property, value) => {
        checkPisteApplicationName(property, value, "prod");
      },
    },
    {
      name: "siret",
      question: {
        en: "SIRET of your structure (optional)",
        fr: "SIRET de votre structure (facultatif)",
      },
      rule: {
        en: "14 digits with the right check digit",
        fr: "14 chiffres, dont la clé est juste",
      },
      check: (property, value) => {
        checkSiret(property, value, "prod");
      },
    },
    STATE_BUCKET,
  ],
};

function sandboxApplication(email: string): string {
  return `${SANDBOX_PREFIX}${email}`;
}

/** Undefined of an application that is no sandbox's. */
export function emailOfSandbox(application: string): string | undefined {
  return application.startsWith(SANDBOX_PREFIX) ? application.slice(SANDBOX_PREFIX.length) : undefined;
}

/** @throws Error naming the property, the rule and the value. */
export function checkField({ name, check, isList }: Field, environment: Platform, values: readonly string[]): void {
  const property = `${environment}.${name}`;
  values.forEach((value, index) => {
    check(isList ? `${property}[${index}]` : property, value);
  });
  checkDifferent(`${property} must differ from each other`, values);
}

/** A fictitious SIRET is no structure's in production: one that is the same was copied. */
export function isCopied(qualif: Given, siret: string | undefined): boolean {
  return siret !== undefined && siret === qualif.siret;
}

export const COPIED: Text = {
  en: "prod.siret must be your structure's own: qualification's is fictitious, and this is the same",
  fr: "prod.siret : attendu celui de votre structure ; celui de qualification est fictif, et c'est le même",
};

/** In the configuration's words. */
export function toAnswers({ pisteAccountEmail, ...given }: Given): Answers {
  return {
    ...given,
    ...(pisteAccountEmail !== undefined && { pisteApplicationName: sandboxApplication(pisteAccountEmail) }),
  };
}
