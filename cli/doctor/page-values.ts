/** The configured values on the doctor's page: a reader copies each as a whole, and pastes it into a portal's form. */
import type { FormField } from "../../piste/guide";
import { typeset } from "../../piste/language";
import { html, type Html } from "./html";
import { MESSAGES } from "./page-messages";
import type { View } from "./page-steps";
import type { AccountReport, ApplicationReport, DoctorReport } from "./report";

type Filling = NonNullable<FormField["filledWith"]>;

/** One value of a field, and its owner when the values differ. */
interface Line {
  readonly of: string;
  readonly value: string | undefined;
  /** The type of a structure's identifier. */
  readonly type?: string;
}

/** @param type what kind of identifier it is; not copied. */
export function valueOf(value: string, type?: string): Html {
  return html`${type === undefined ? undefined : `${type} `}<kbd>${value}</kbd>`;
}

const ofAccount = (account: AccountReport, filling: Exclude<Filling, "pisteApplicationName">): Omit<Line, "of"> =>
  filling === "structure"
    ? { value: account.structure.identifier, type: account.structure.identifierType }
    : { value: account[filling] };

/** The account's name, with its application's name when there are several. */
export function accountName(
  all: readonly ApplicationReport[],
  { name, accounts }: ApplicationReport,
  of: string,
): string {
  return [...(all.length > 1 ? [name] : []), ...(accounts.length > 1 ? [of] : [])].join(", ");
}

/** The applications that a form concerns: for a raccordement, those with technical accounts, if there are any. */
function applicationsOf(fields: readonly FormField[], { applications }: DoctorReport): readonly ApplicationReport[] {
  const isOfAccounts = fields.some(({ filledWith }) => filledWith === "usageType");
  const withAccounts = applications.filter(({ accounts }) => accounts.length > 0);
  return isOfAccounts && withAccounts.length > 0 ? withAccounts : applications;
}

/** The lines of a field: one when the value is the same for all. */
function linesOf(applications: readonly ApplicationReport[], { filledWith, part }: FormField): readonly Line[] {
  if (filledWith === undefined) return [];
  const lines = applications.flatMap((application) =>
    filledWith === "pisteApplicationName"
      ? [
          {
            of: accountName(applications, { ...application, accounts: [] }, ""),
            value: application.pisteApplicationName,
          },
        ]
      : application.accounts.map((account) => ({
          of: accountName(applications, application, account.name),
          ...ofAccount(account, filledWith),
        })),
  );
  const told = part === undefined ? lines : lines.flatMap((line) => partOf(line, part));
  const [first] = told;
  return first && new Set(told.map(({ value }) => value)).size === 1 ? [{ ...first, of: "" }] : told;
}

function partOf(line: Line, part: RegExp): Line[] {
  const value = part.exec(line.value ?? "")?.[1];
  return value === undefined ? [] : [{ ...line, value }];
}

export function formOf(fields: readonly FormField[], view: View): Html {
  const { report, say } = view;
  const applications = applicationsOf(fields, report);
  const rows = fields.map((field) => ({ ...field, lines: linesOf(applications, field) }));
  const isFilled = rows.some(({ lines }) => lines.some(({ value }) => value !== undefined));
  return html`<dl class="form">
      ${rows.map(
        ({ label, value, lines }) =>
          html`<div>
            <dt lang="fr">${typeset(label, "fr")}</dt>
            <dd>${cell(lines, say(value), view)}</dd>
          </div>`,
      )}
    </dl>
    ${isFilled ? html`<p>${say(MESSAGES.differs)}</p>` : undefined}`;
}

function cell(lines: readonly Line[], guide: Html, { say }: View): Html {
  const absent = html`(${say(MESSAGES.absent)})`;
  const [first] = lines;
  if (first === undefined) return guide;
  if (lines.length === 1) {
    return first.value === undefined
      ? html`${guide} ${absent}`
      : html`<p>${valueOf(first.value, first.type)}</p>
          <p class="hint">${guide}</p>`;
  }
  const colon = say(MESSAGES.colon);
  return html`<ul role="list">
      ${lines.map(
        ({ of, value, type }) =>
          html`<li><span class="name">${of}</span>${colon} ${value === undefined ? absent : valueOf(value, type)}</li>`,
      )}
    </ul>
    <p class="hint">${guide}</p>`;
}
