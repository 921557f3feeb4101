/**
 * The doctor's report as one page for people without a terminal: self-contained, without scripts, to be printed, mailed
 * or read on a phone.
 */
import { handsOf } from "../../piste/guide";
import type { Language, Text } from "../../piste/language";
import { doctor } from "./findings/finding";
import { GLOSSARY } from "./glossary";
import { html, type Html } from "./html";
import { ENVIRONMENT_LABELS, LAYER_LABELS, LAYER_STATUS_LABELS, STATUS_MEANINGS, statusLabel } from "./labels";
import { facts, summary } from "./page-head";
import { MESSAGES } from "./page-messages";
import { PAPER } from "./page-paper";
import { passwords } from "./page-passwords";
import { allSteps, statusOf } from "./page-step";
import { groupsOf, isUnconfirmed, stepsOf, type Group, type Step, type View } from "./page-steps";
import { STYLE } from "./page-style";
import { isPortal, partyTitle } from "./parties";
import { isOpen, STEP_STATUSES, type DoctorReport, type LayerReport } from "./report";
import { richText } from "./rich-text";

/** Forbids loading and scripts, even if a text became markup. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function renderPage(report: DoctorReport, language: Language): string {
  const view: View = {
    report,
    language,
    steps: stepsOf(report),
    say: (text) => richText(text, language),
  };
  const { say } = view;
  const body = html`<header>
      <h1>${say(MESSAGES.title)}</h1>
      ${facts(view)} ${report.local ? html`<p class="local">${say(MESSAGES.local)}</p>` : undefined}
    </header>
    <main>${summary(view)} ${people(view)} ${allSteps(view)} ${passwords(view)} ${notes(view)} ${layers(view)}</main>`;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>${ENVIRONMENT_LABELS[report.environment][language]} – ${say(MESSAGES.title)}</title>
        ${STYLE} ${PAPER}
      </head>
      <body>
        <a class="skip" href="#steps">${say(MESSAGES.skip)}</a>
        ${body}
        <footer>
          ${legend(view)} ${glossary(body, view)}
          <p>${say(MESSAGES.questions)}</p>
          <p>${say(MESSAGES.footer)}</p>
        </footer>
      </body>
    </html> `.text;
}

/** The remaining steps, by party. */
function people(view: View): Html | undefined {
  const { report, steps, say } = view;
  if (report.ready) return undefined;
  const isStopped = report.worked !== undefined;
  const groups = groupsOf(
    steps.filter((step) => (isOpen(step) && !(isStopped && step.status === "not-reached")) || isUnconfirmed(step)),
  );
  return html`<section aria-labelledby="people">
    <h2 id="people">${say(MESSAGES.people)}</h2>
    <p>${say(MESSAGES.peopleNote)}</p>
    <p>${say(MESSAGES.unknownWord)} <a href="#words">${say(MESSAGES.toWords)}</a></p>
    <div class="parties">
      ${groups.map(
        ({ party, steps: own }) =>
          html`<section class="party" aria-labelledby="for-${party}">
            <h3 id="for-${party}">${say(partyTitle(party, report.environment))}</h3>
            <ul role="list">
              ${own.map((step) => partOf(party, step, view))}
            </ul>
          </section>`,
      )}
    </div>
  </section>`;
}

/** For the technical team, a step that is done at a portal shows only the report's next action. */
function partOf(party: Group["party"], step: Step, view: View): Html {
  const { id, guide, owner, next } = step;
  const { say } = view;
  const isOthers = owner === "operator" && isPortal(handsOf(guide).at(-1)?.actor);
  return html`<li>
    <div class="head">
      <a href="#${id}">${id} ${say(guide.parts?.[party] ?? guide.title)}</a> ${statusOf(step, view)}
    </div>
    ${isOthers && next !== undefined ? html`<p>${say(next)}</p>` : undefined}
  </li>`;
}

function notes({ report: { notes: shown }, say }: View): Html | undefined {
  if (shown.length === 0) return undefined;
  return html`<section aria-labelledby="notes">
    <h2 id="notes">${say(MESSAGES.notes)}</h2>
    <ul>
      ${shown.map((note) => html`<li>${say(note)}</li>`)}
    </ul>
  </section>`;
}

/** For the technical team: how each step is seen, and how to confirm a step that cannot be seen. */
function checks({ steps, say }: View): Html {
  return html`<ul>
    ${steps.map(
      (step) =>
        html`<li>
          ${step.id}${say(MESSAGES.colon)} ${say(step.guide.seenBy)}
          ${step.seenFrom && html`(${say(MESSAGES.seenFrom)} ${say(MESSAGES[step.seenFrom])})`}
          ${isUnconfirmed(step) && step.next ? html`<br />${say(step.next)}` : undefined}
        </li>`,
    )}
  </ul>`;
}

function layers(view: View): Html {
  const { report, say } = view;
  const { environment, where } = report;
  const again = doctor({ environment, where }, " --html raccordement.html");
  const layer = ({ layer: name, status, said }: LayerReport): Html =>
    html`<li class="${status}">
      <strong>${say(LAYER_LABELS[name])}</strong> – ${say(LAYER_STATUS_LABELS[status])} <br />${say(said)}
    </li>`;
  return html`<section aria-labelledby="layers">
    <h2 id="layers">${say(MESSAGES.layers)}</h2>
    <details>
      <summary>${say(MESSAGES.layersSummary)}</summary>
      <ol class="layers">
        ${report.layers.map(layer)}
      </ol>
      <p>${say(MESSAGES.seenBy)}${say(MESSAGES.colon)}</p>
      ${checks(view)}
      <p>${say(MESSAGES.again)} ${say({ en: again, fr: again })}</p>
    </details>
  </section>`;
}

function legend(view: View): Html {
  const shown = STEP_STATUSES.filter((status) => view.steps.some((step) => step.status === status));
  const terms = shown.map((status) => [statusLabel({ status }), STATUS_MEANINGS[status]] as const);
  return definitions("statuses", MESSAGES.legend, terms, view);
}

/** Explains the words that are on the page. */
function glossary(body: Html, view: View): Html {
  const text = body.text.replace(/<[^>]*>/g, " ");
  const isUsed = (word: string): boolean => new RegExp(`(?<!\\p{L})${word.replaceAll("`", "")}`, "iu").test(text);
  const used = GLOSSARY.filter(({ word }) => word[view.language].split(", ").some(isUsed));
  return definitions(
    "words",
    MESSAGES.glossary,
    used.map(({ word, meaning }) => [word, meaning]),
    view,
  );
}

function definitions(id: string, title: Text, terms: readonly (readonly [Text, Text])[], { say }: View): Html {
  return html`<details>
    <summary>${say(title)}</summary>
    <dl id="${id}">
      ${terms.map(
        ([term, meaning]) =>
          html`<div>
            <dt>${say(term)}</dt>
            <dd>${say(meaning)}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}
