/** The configured values on the doctor's page: a reader copies each as a whole, and pastes it into a portal's form. */
import type { FormField } from "../../piste/guide";
import type { Text } from "../../piste/language";
import { typeset } from "../../piste/language";
import { html, type Html } from "./html";
import { MESSAGES } from "./page-messages";
import type { View } from "./page-steps";
import type { AccountReport, ApplicationReport, DoctorReport } from "./report";

type Filling = NonNullable<FormField["filledWith"]>;

/** One value of a field, and whose it is where others differ. */
interface Line {
  readonly of: string;
  readonly value: string | undefined;
  /** Of a structure's identifier. */
  readonly type?: string;
}

/** A browser may break it after these signs, which takes nothing from what is copied. */
const BREAKS = /(?<=[@_./-])/;

/** @param type what kind of identifier it is; not copied. */
export function valueOf(value: string, type?: string): Html {
  const parts = value.split(BREAKS).map((part, index) => [index === 0 ? undefined : html`<wbr />`, part]);
  return html`${type === undefined ? undefined : `${type} `}<kbd>${parts}</kbd>`;
}

const ofAccount = (account: AccountReport, filling: Exclude<Filling, "pisteApplicationName">): Omit<Line, "of"> =>
  filling === "structure"
    ? { value: account.structure.identifier, type: account.structure.identifierType }
    : { value: account[filling] };

/** How an account is called among all: with its application where there are several, alone where it is the only one. */
export function accountName(
  all: readonly ApplicationReport[],
  { name, accounts }: ApplicationReport,
  of: string,
): string {
  return [...(all.length > 1 ? [name] : []), ...(accounts.length > 1 ? [of] : [])].join(", ");
}

/** Those that a form is about: a raccordement is of an application that has technical accounts, or is to have them. */
function applicationsOf(fields: readonly FormField[], { applications }: DoctorReport): readonly ApplicationReport[] {
  const isOfAccounts = fields.some(({ filledWith }) => filledWith === "usageType");
  const withAccounts = applications.filter(({ accounts }) => accounts.length > 0);
  return isOfAccounts && withAccounts.length > 0 ? withAccounts : applications;
}

/** One line, when it is the same for all. */
function linesOf(applications: readonly ApplicationReport[], filling: Filling): readonly Line[] {
  const lines = applications.flatMap((application) =>
    filling === "pisteApplicationName"
      ? [
          {
            of: accountName(applications, { ...application, accounts: [] }, ""),
            value: application.pisteApplicationName,
          },
        ]
      : application.accounts.map((account) => ({
          of: accountName(applications, application, account.name),
          ...ofAccount(account, filling),
        })),
  );
  const [first] = lines;
  return first && new Set(lines.map(({ value }) => value)).size === 1 ? [{ ...first, of: "" }] : lines;
}

export function formOf(fields: readonly FormField[], view: View, say: (text: Text) => Html): Html {
  const applications = applicationsOf(fields, view.report);
  const lines = (filling: Filling | undefined): readonly Line[] => (filling ? linesOf(applications, filling) : []);
  const lacks = fields.some(({ filledWith }) => lines(filledWith).some(({ value }) => value === undefined));
  return html`<table>
      <thead>
        <tr>
          <th scope="col">${say(MESSAGES.field)}</th>
          <th scope="col">${say(MESSAGES.value)}</th>
        </tr>
      </thead>
      <tbody>
        ${fields.map(
          ({ label, value, filledWith }) =>
            html`<tr>
              <th scope="row" lang="fr">${typeset(label, "fr")}</th>
              <td>${cell(lines(filledWith), say(value), view)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${lacks ? html`<p>${say(MESSAGES.giveAbsent)}</p>` : undefined}`;
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
