/** The head of the doctor's page: its subject, the progress, and who must act. */
import type { Text } from "../../piste/language";
import { longDateAndTime } from "../command/times";
import { html, type Html } from "./html";
import { ENVIRONMENT_LABELS } from "./labels";
import { MESSAGES, SIGNS } from "./page-messages";
import { stepLinks } from "./page-step";
import { partyLabel } from "./parties";
import { groupsOf, isPerhapsDone, isSettled, isUnconfirmed, type Group, type View } from "./page-steps";
import { valueOf } from "./page-values";
import type { DoctorReport } from "./report";

/** The most structures or applications to name; there may be hundreds. */
const MOST_NAMED = 3;

export function facts({ report, say, language }: View): Html {
  const { at, applications, environment } = report;
  const fact = (one: Text, several: Text, values: readonly Html[]): Html | undefined => {
    if (values.length === 0) return undefined;
    const more = values.length - MOST_NAMED;
    return html`<div>
      <dt>${say(values.length > 1 ? several : one)}</dt>
      ${values.slice(0, MOST_NAMED).map((value) => html`<dd>${value}</dd>`)}
      ${more > 0 ? html`<dd>${say({ en: `and ${more} more`, fr: `et ${more} de plus` })}</dd>` : undefined}
    </div>`;
  };
  const structures = new Map(
    applications.flatMap(({ accounts }) => accounts.map(({ structure }) => [structure.identifier, structure] as const)),
  );
  const onPiste = new Set(applications.flatMap(({ pisteApplicationName }) => pisteApplicationName ?? []));
  const names = applications.map(({ name }) => html`<span class="name">${name}</span>`);
  return html`<dl class="facts">
    ${fact(MESSAGES.environment, MESSAGES.environment, [say(ENVIRONMENT_LABELS[environment])])}
    ${fact(MESSAGES.application, MESSAGES.applications, names.length === 0 ? [say(MESSAGES.none)] : names)}
    ${fact(
      MESSAGES.onPiste,
      MESSAGES.severalOnPiste,
      [...onPiste].map((name) => valueOf(name)),
    )}
    ${fact(
      MESSAGES.structure,
      MESSAGES.structures,
      [...structures.values()].map(({ identifier, identifierType }) => valueOf(identifier, identifierType)),
    )}
    <div>
      <dt>${say(MESSAGES.made)}</dt>
      <dd>
        <time datetime="${new Date(at).toISOString()}">${longDateAndTime(at)[language]}</time>
      </dd>
    </div>
  </dl>`;
}

export function summary(view: View): Html {
  const { report, steps, say } = view;
  const { ready, worked } = report;
  const done = steps.filter(isSettled).length;
  return html`<section aria-labelledby="summary">
    <h2 id="summary">${say(MESSAGES.summary)}</h2>
    <div class="${ready ? "verdict ready" : "verdict"}">
      <p class="first">
        <span class="sign" aria-hidden="true">${ready ? SIGNS.done : SIGNS.missing}</span>
        ${say(ready ? MESSAGES.ready : worked ? stoppedText(worked) : doneText(done, steps.length))}
      </p>
      ${worked ? undefined : bar(done, view)} ${ready ? undefined : turns(view)} ${toConfirm(view)}
    </div>
  </section>`;
}

function bar(done: number, { steps, language }: View): Html {
  const label = ofAll(done, steps.length)[language];
  return html`<progress value="${done}" max="${steps.length}" aria-label="${label}">${label}</progress>`;
}

const ofAll = (done: number, all: number): Text => ({
  en: `${done} of ${all} steps`,
  fr: `${done} ${done < 2 ? "étape" : "étapes"} sur ${all}`,
});

const doneText = (done: number, all: number): Text => {
  if (done === 0) {
    return {
      en: `Not ready yet: none of the ${all} steps could be seen to be done so far.`,
      fr: `Pas encore prêt : aucune des ${all} étapes n'a encore pu être constatée.`,
    };
  }
  const { en, fr } = ofAll(done, all);
  return {
    en: `Not ready yet: ${en} ${done === 1 ? "is" : "are"} seen to be done.`,
    fr: `Pas encore prêt : ${fr} ${done < 2 ? "est constatée" : "sont constatées"}.`,
  };
};

/** The parties that must act now, with their steps. */
function turns(view: View): Html {
  const { steps, say } = view;
  const owned = groupsOf(steps.filter(({ owner }) => owner !== undefined));
  if (owned.length === 0)
    return html`<p>${say(MESSAGES.nobody)}</p>
      ${meanwhile(view)}`;
  const waiting = owned.filter(({ party }) => party === "wait");
  const acting = owned.filter(({ party }) => party !== "wait");
  const first = groupsOf(steps.filter(({ begins }) => begins));
  return html`${listed(MESSAGES.begin, first, view)}
  ${listed(first.length > 0 ? MESSAGES.afterwards : MESSAGES.turn, acting, view)}
  ${waiting.map(({ steps: own }) => html`<p>${say(MESSAGES.wait)} ${stepLinks(own)}.</p>`)} ${meanwhile(view)}`;
}

/** The parties that may act without waiting for others, and the steps that no software sees. */
function meanwhile(view: View): Html | undefined {
  const { steps } = view;
  if (!steps.some(isPerhapsDone)) return undefined;
  return listed(
    MESSAGES.meanwhile,
    groupsOf(steps.filter((step) => !step.begins && (isPerhapsDone(step) || isUnconfirmed(step)))),
    view,
  );
}

function listed(lead: Text, groups: readonly Group[], { say, report: { environment } }: View): Html | undefined {
  if (groups.length === 0) return undefined;
  return html`<p>${say(lead)}</p>
    <ul>
      ${groups.map(({ party, steps }) => html`<li>${say(partyLabel(party, environment))} (${stepLinks(steps)})</li>`)}
    </ul>`;
}

function toConfirm({ steps, say }: View): Html | undefined {
  const unconfirmed = steps.filter(isUnconfirmed);
  if (unconfirmed.length === 0) return undefined;
  return html`<p>
    ${stepLinks(unconfirmed)} ${say(unconfirmed.length > 1 ? MESSAGES.severalToConfirm : MESSAGES.toConfirm)}
  </p>`;
}

/** The verdict on an installation that worked before. */
function stoppedText({ lastTokenAt }: NonNullable<DoctorReport["worked"]>): Text {
  const since = lastTokenAt === undefined ? undefined : longDateAndTime(lastTokenAt);
  return {
    en: `Out of order: it worked before. ${since ? `The last token came on ${since.en}.` : "The token is still valid."}`,
    fr: `En panne : cela fonctionnait. ${since ? `Le dernier jeton a été obtenu le ${since.fr}.` : "Le jeton est encore valable."}`,
  };
}
