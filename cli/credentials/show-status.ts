/** The status of credentials, for people and for programs. */
import type { Language, Text } from "../../piste/language";
import type { AccountStatus, ApplicationStatus, ClientStatus, CredentialsStatus, TokenStatus } from "./status";
import { clockTime, dateAndTime, longDay } from "../command/times";
import { indented } from "../command/wrap";

const MILLISECONDS_PER_MINUTE = 60_000;

const NOT_STORED = {
  empty: { en: "NOT stored yet", fr: "RIEN d'enregistré encore" },
  absent: {
    en: "the secret does NOT exist: deploy the application",
    fr: "le secret N'EXISTE PAS : déployez l'application",
  },
} as const satisfies Record<string, Text>;

interface Line {
  readonly title: Text;
  readonly says: readonly Text[];
}

/**
 * @param width of the terminal; without it, each secret has one line of any length.
 * @param sameOptions the options that were given, to repeat in suggested commands.
 */
export function showStatus(
  { environment, applications, at }: CredentialsStatus,
  language: Language,
  width = Infinity,
  sameOptions = "",
): string {
  const parts = applications.map((application) => {
    const named = applications.length > 1 ? ` --application ${application.application}` : "";
    const command: CommandOf = (act) => `\`npx piste credentials ${act} ${environment} client${named}${sameOptions}\``;
    const lines = linesOf(application, at, command);
    const column = Math.max(...lines.map(({ title }) => title[language].length));
    return [
      `${application.application} (${environment})`,
      ...lines.flatMap(({ title, says }) => {
        const said = says.map((text) => text[language]).join(language === "fr" ? " ; " : "; ");
        return indented(said, `  ${title[language].padEnd(column)}  `, width);
      }),
    ].join("\n");
  });
  return parts.join("\n\n");
}

/** The next command, in backticks. */
type CommandOf = (act: "set" | "promote") => string;

function linesOf({ client, accounts, token }: ApplicationStatus, at: number, command: CommandOf): Line[] {
  return [
    { title: { en: "client credentials", fr: "identifiants de l'application" }, says: ofClient(client, command) },
    ...accounts.map((account) => ({
      title: { en: `technical account ${account.account}`, fr: `compte technique ${account.account}` },
      says: ofAccount(account),
    })),
    { title: { en: "token", fr: "jeton" }, says: [ofToken(token, at)] },
  ];
}

const notTold = (because: Text | undefined): Text => ({
  en: `AWS does not tell: ${because?.en ?? ""}`,
  fr: `AWS ne le dit pas : ${because?.fr ?? ""}`,
});

const storedOn = (storedAt: number): Text => {
  const { en, fr } = dateAndTime(storedAt);
  return { en: `stored on ${en}`, fr: `enregistré le ${fr}` };
};

function ofClient(client: ClientStatus, command: CommandOf): Text[] {
  const { secret, state, because, storedAt = 0, shared, untried, refused, pendingSince, previousStoredAt } = client;
  if (state === "unknown") return [notTold(because)];
  if (state !== "stored") return [NOT_STORED[state]];
  const says: Text[] = [storedOn(storedAt)];
  if (shared)
    says.push({ en: `in ${secret}, not a secret of its own`, fr: `dans ${secret}, un secret qui n'est pas le sien` });
  if (refused) {
    says.push({
      en: `REFUSED by PISTE: store others (${command("set")})`,
      fr: `REFUSÉS par PISTE : enregistrez-en d'autres (${command("set")})`,
    });
  } else if (untried) {
    says.push({
      en: `not fully tried (${command("promote")})`,
      fr: `pas essayés jusqu'au bout (${command("promote")})`,
    });
  }
  if (pendingSince !== undefined) {
    const { en, fr } = dateAndTime(pendingSince);
    says.push({
      en: `others staged since ${en} (${command("promote")})`,
      fr: `d'autres en attente depuis le ${fr} (${command("promote")})`,
    });
  }
  if (previousStoredAt !== undefined) {
    const { en, fr } = dateAndTime(previousStoredAt);
    says.push({ en: `previous ones of ${en}`, fr: `les précédents datent du ${fr}` });
  }
  return says;
}

function ofAccount({
  state,
  because,
  storedAt = 0,
  changedOn = "",
  dateFrom,
  daysLeft = 0,
  refused,
}: AccountStatus): Text[] {
  if (state === "unknown") return [notTold(because)];
  if (state !== "stored") return [NOT_STORED[state]];
  const dated: Text =
    dateFrom === "label"
      ? { en: `password set on ${longDay(changedOn).en}`, fr: `mot de passe donné le ${longDay(changedOn).fr}` }
      : { en: "day of the password unknown", fr: "date du mot de passe inconnue" };
  const left: Text =
    daysLeft < 0
      ? { en: "password change is OVERDUE", fr: "le délai pour le changer est DÉPASSÉ" }
      : {
          en: `${daysLeft} ${daysLeft === 1 ? "day" : "days"} left`,
          fr: daysLeft > 1 ? `${daysLeft} jours restants` : `${daysLeft} jour restant`,
        };
  const says = [storedOn(storedAt), dated, left];
  if (refused) says.push({ en: "REFUSED by Chorus Pro", fr: "REFUSÉ par Chorus Pro" });
  return says;
}

function ofToken({ state, validUntil = 0 }: TokenStatus, at: number): Text {
  const until = clockTime(validUntil);
  const minutes = Math.floor((validUntil - at) / MILLISECONDS_PER_MINUTE);
  switch (state) {
    case "valid":
      return {
        en: `valid until ${until.en}, ${minutes} min left`,
        fr: `valable jusqu'à ${until.fr}, encore ${minutes} min`,
      };
    case "expired": {
      const since = dateAndTime(validUntil);
      return { en: `EXPIRED on ${since.en}`, fr: `EXPIRÉ le ${since.fr}` };
    }
    case "missing":
      return { en: "NONE yet", fr: "AUCUN encore" };
    case "unreadable":
      return { en: "not readable here", fr: "illisible d'ici" };
  }
}

const iso = (milliseconds: number | undefined): string | null =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();

/** All keys are always present; times are in ISO 8601. */
export function statusToJson({ environment, applications, disbelieved, at, owner }: CredentialsStatus): object {
  return {
    environment,
    complete: owner === undefined,
    owner: owner ?? null,
    notBelieved: disbelieved.map(({ parameter, text }) => ({ parameter, reason: text.en })),
    applications: applications.map(({ application, client, accounts, token }) => ({
      application,
      client: {
        secret: client.secret,
        state: client.state,
        storedAt: iso(client.storedAt),
        shared: client.shared,
        untried: (client.untried ?? false) && client.refused !== true,
        refused: client.refused ?? false,
        pendingSince: iso(client.pendingSince),
        previousStoredAt: iso(client.previousStoredAt),
      },
      technicalAccounts: accounts.map((account) => ({
        account: account.account,
        secret: account.secret,
        state: account.state,
        storedAt: iso(account.storedAt),
        changedOn: account.changedOn ?? null,
        dateFrom: account.dateFrom ?? null,
        daysLeft: account.daysLeft ?? null,
        refused: account.refused ?? null,
      })),
      token: {
        secret: token.secret,
        state: token.state,
        validUntil: iso(token.validUntil),
        secondsLeft: token.validUntil === undefined ? null : Math.max(0, Math.floor((token.validUntil - at) / 1000)),
      },
    })),
  };
}
