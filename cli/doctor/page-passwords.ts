/** The technical accounts' passwords: since when, until when, and who renews them. */
import { DEFAULT_PASSWORD_LIFETIME_IN_DAYS } from "../../piste/application";
import { PORTALS } from "../../piste/guide";
import { counted, type Text } from "../../piste/language";
import { FIRST_REMINDER_IN_DAYS } from "../../piste/password-age";
import { longDay } from "../command/times";
import { ACCOUNT } from "./findings/finding";
import { html, type Html } from "./html";
import { MESSAGES } from "./page-messages";
import { stepLinks } from "./page-step";
import type { View } from "./page-steps";
import { accountName, valueOf } from "./page-values";
import type { AccountReport, PasswordReport } from "./report";

interface Named {
  readonly name: string;
  readonly account: AccountReport;
}

export function passwords(view: View): Html | undefined {
  const { report, steps, say } = view;
  const { applications, environment } = report;
  const all = applications.flatMap((application) =>
    application.accounts.map((account) => ({ name: accountName(applications, application, account.name), account })),
  );
  if (all.length === 0) return undefined;
  const left = ({ account: { password } }: Named): number => password?.daysLeft ?? Infinity;
  const sorted = [...all].sort((one, other) => (left(one) < left(other) ? -1 : Number(left(one) > left(other))));
  return html`<section class="passwords" aria-labelledby="passwords">
    <h2 id="passwords">${say(all.length > 1 ? MESSAGES.passwords : MESSAGES.password)}</h2>
    <ul role="list">
      ${sorted.map((each) => passwordOf(each, view))}
    </ul>
    ${all.some(({ account: { password } }) => password?.noted === false) ? html`<p>${say(MESSAGES.notNoted)}</p>` : undefined}
    <p>
      ${say(renewal(PORTALS["chorus-pro"][environment]))}
      (${stepLinks(steps.filter(({ id }) => id === ACCOUNT[environment]))}).
    </p>
    <p>${say(MESSAGES.handOver)}</p>
  </section>`;
}

const renewal = (portal: string): Text => ({
  en: `Chorus Pro asks for a new password every ${DEFAULT_PASSWORD_LIFETIME_IN_DAYS} days. Only the structure's gestionnaire principal can set it, on ${portal}, with a second factor`,
  fr: `Chorus Pro demande un nouveau mot de passe tous les ${DEFAULT_PASSWORD_LIFETIME_IN_DAYS} jours. Seul le gestionnaire principal de la structure peut le définir, sur ${portal}, avec un second facteur`,
});

function passwordOf({ name, account }: Named, { say, language }: View): Html {
  const { structure, password } = account;
  const fact = (term: Text, value: Html | string): Html =>
    html`<div>
      <dt>${say(term)}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<li class="password ${password === undefined ? "" : urgency(password)}">
    <dl class="facts">
      ${name === "" ? undefined : fact(MESSAGES.account, html`<span class="name">${name}</span>`)}
      ${fact(MESSAGES.structure, valueOf(structure.identifier, structure.identifierType))}
      ${
        password === undefined
          ? fact(MESSAGES.itsPassword, say(MESSAGES.noPassword))
          : html`${fact(password.noted ? MESSAGES.setOn : MESSAGES.storedOn, longDay(password.setOn)[language])}
            ${fact(MESSAGES.renewBy, longDay(password.renewBy)[language])}
            ${fact(MESSAGES.left, say(leftText(password)))}`
      }
    </dl>
  </li>`;
}

const urgency = ({ daysLeft }: PasswordReport): string =>
  daysLeft < 0 ? "missing" : daysLeft < FIRST_REMINDER_IN_DAYS ? "not-seen-yet" : "done";

function leftText({ daysLeft }: PasswordReport): Text {
  if (daysLeft === 0) return { en: "today, the last day", fr: "aujourd'hui, dernier jour" };
  const days = counted(Math.abs(daysLeft), "day", "jour");
  return daysLeft > 0 ? days : { en: `${days.en} late`, fr: `en retard de ${days.fr}` };
}
