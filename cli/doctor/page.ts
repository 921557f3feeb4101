/**
 * The doctor's report as one page for people without a terminal: it needs nothing but itself, runs no program, and can
 * be printed, mailed, and read on a phone.
 */
import type { Language, Text } from "../../piste/language";
import { longDateAndTime, longDay } from "../command/times";
import { html, type Html } from "./html";
import { guideOf } from "./page-guide";
import { STYLE } from "./page-style";
import { SIGNS, MESSAGES } from "./page-messages";
import { groupsOf, isPerhapsDone, isSettled, isUnconfirmed, type Group, type Step } from "./page-steps";
import { PARTY_LABELS } from "../../piste/party";
import { PARTY_TITLES } from "./parties";
import { richText } from "./rich-text";
import { isOpen, STEP_STATUSES, type DoctorReport, type LayerReport, type StepReport } from "./report";
import { GLOSSARY } from "./glossary";
import {
  ENVIRONMENT_LABELS,
  guideStep,
  LAYER_STATUS_LABELS,
  LAYER_LABELS,
  STATUS_MEANINGS,
  statusLabel,
} from "./labels";

/** Nothing is loaded and nothing runs, even if a text became markup. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The page, whole. */
export function renderPage(report: DoctorReport, language: Language): string {
  return new Page(report, language).whole().text;
}

class Page {
  private readonly steps: readonly Step[];

  constructor(
    private readonly report: DoctorReport,
    private readonly language: Language,
  ) {
    this.steps = report.steps.map((step) => ({ ...step, guide: guideStep(step.id, report.environment) }));
  }

  whole(): Html {
    const { language, report } = this;
    const environment = ENVIRONMENT_LABELS[report.environment];
    return html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="referrer" content="no-referrer" />
          <meta name="robots" content="noindex, nofollow" />
          <meta name="color-scheme" content="light dark" />
          <title>${environment[language]} – ${this.say(MESSAGES.title)}</title>
          ${STYLE}
        </head>
        <body>
          <a class="skip" href="#steps">${this.say(MESSAGES.skip)}</a>
          <header>
            <h1>${this.say(MESSAGES.title)}</h1>
            ${this.facts()} ${report.local ? html`<p class="local">${this.say(MESSAGES.local)}</p>` : undefined}
          </header>
          <main>${this.summary()} ${this.people()} ${this.allSteps()} ${this.notes()} ${this.layers()}</main>
          <footer>
            ${this.legend()} ${this.glossary()}
            <p>${this.say(MESSAGES.questions)}</p>
            <p>${this.say(MESSAGES.footer)}</p>
          </footer>
        </body>
      </html> `;
  }

  private say(text: Text): Html {
    return richText(text, this.language);
  }

  private facts(): Html {
    const { at, applications, environment } = this.report;
    return html`<dl class="facts">
      <div>
        <dt>${this.say(MESSAGES.environment)}</dt>
        <dd>${this.say(ENVIRONMENT_LABELS[environment])}</dd>
      </div>
      <div>
        <dt>${this.say(applications.length > 1 ? MESSAGES.applications : MESSAGES.application)}</dt>
        <dd>${applications.length === 0 ? this.say(MESSAGES.none) : applications.join(", ")}</dd>
      </div>
      <div>
        <dt>${this.say(MESSAGES.made)}</dt>
        <dd>
          <time datetime="${new Date(at).toISOString()}">${longDateAndTime(at)[this.language]}</time>
        </dd>
      </div>
    </dl>`;
  }

  private summary(): Html {
    const { ready } = this.report;
    return html`<section aria-labelledby="summary">
      <h2 id="summary">${this.say(MESSAGES.summary)}</h2>
      <div class="${ready ? "verdict ready" : "verdict"}">
        <p class="first">
          <span class="sign" aria-hidden="true">${ready ? SIGNS.done : SIGNS.missing}</span>
          ${this.say(ready ? MESSAGES.ready : this.left())}
        </p>
        ${ready ? undefined : html`${this.begin()} ${this.turns()}`} ${this.toConfirm()}
      </div>
    </section>`;
  }

  private left(): Text {
    const { worked } = this.report;
    if (worked !== undefined) return stoppedText(worked);
    const left = this.steps.filter(isOpen).length;
    const all = this.steps.length;
    return {
      en: `Not ready yet: ${left} of ${all} steps ${left === 1 ? "is" : "are"} still to be done or to be seen.`,
      fr: `Pas encore prêt : ${left} ${left > 1 ? "étapes" : "étape"} sur ${all} ${left > 1 ? "restent" : "reste"} à faire ou à voir.`,
    };
  }

  private begin(): Html | undefined {
    const step = this.steps.find(({ begins }) => begins);
    return step && html`<p>${this.say(MESSAGES.begin)} ${stepLinks([step])}.</p>`;
  }

  /** Who has to act now, with the steps. */
  private turns(): Html {
    const owned = groupsOf(this.steps.filter(({ owner }) => owner !== undefined));
    const meanwhile = this.meanwhile();
    if (owned.length === 0)
      return html`<p>${this.say(MESSAGES.nobody)}</p>
        ${meanwhile}`;
    const waiting = owned.filter(({ party }) => party === "wait");
    return html`${this.listed(
      MESSAGES.turn,
      owned.filter(({ party }) => party !== "wait"),
    )}
    ${waiting.map(({ steps }) => html`<p>${this.say(MESSAGES.wait)} ${stepLinks(steps)}.</p>`)} ${meanwhile}`;
  }

  /** Who may act whatever the others still have to do; among it what nobody sees, which comes first at the portal. */
  private meanwhile(): Html | undefined {
    if (!this.steps.some(isPerhapsDone)) return undefined;
    return this.listed(
      MESSAGES.meanwhile,
      groupsOf(this.steps.filter((step) => isPerhapsDone(step) || isUnconfirmed(step))),
    );
  }

  private listed(lead: Text, groups: readonly Group[]): Html | undefined {
    if (groups.length === 0) return undefined;
    return html`<p>${this.say(lead)}</p>
      <ul>
        ${groups.map(({ party, steps }) => html`<li>${this.say(PARTY_LABELS[party])} (${stepLinks(steps)})</li>`)}
      </ul>`;
  }

  private toConfirm(): Html | undefined {
    const steps = this.steps.filter(isUnconfirmed);
    if (steps.length === 0) return undefined;
    return html`<p>
      ${stepLinks(steps)}${this.say({
        en: ": it cannot be seen from here. A person confirms it; it prevents nothing.",
        fr: " : cela ne se voit pas d'ici. Une personne le confirme ; cela n'empêche rien.",
      })}
    </p>`;
  }

  /** What is left, by whoever has to do it. */
  private people(): Html | undefined {
    if (this.report.ready) return undefined;
    const isStopped = this.report.worked !== undefined;
    const groups = groupsOf(
      this.steps.filter(
        (step) => (isOpen(step) && !(isStopped && step.status === "not-reached")) || isUnconfirmed(step),
      ),
    );
    return html`<section aria-labelledby="people">
      <h2 id="people">${this.say(MESSAGES.people)}</h2>
      <p>${this.say(MESSAGES.operatorNote)}</p>
      <div class="parties">
        ${groups.map(
          ({ party, steps }) =>
            html`<section class="party" aria-labelledby="for-${party}">
              <h3 id="for-${party}">${this.say(PARTY_TITLES[party])}</h3>
              <ul role="list">
                ${steps.map(
                  (step) =>
                    html`<li>
                      <p><a href="#${step.id}">${step.id} ${this.say(step.guide.title)}</a> ${this.status(step)}</p>
                      ${this.next(step)}
                    </li>`,
                )}
              </ul>
            </section>`,
        )}
      </div>
    </section>`;
  }

  private allSteps(): Html {
    return html`<section aria-labelledby="steps">
      <h2 id="steps" tabindex="-1">${this.say(MESSAGES.steps)}</h2>
      <ol class="steps" role="list">
        ${this.steps.map((step) => this.step(step))}
      </ol>
    </section>`;
  }

  private step(step: Step): Html {
    const { id, status, cause, confirmedOn, guide } = step;
    const details = html`<summary>${this.say(MESSAGES.what)}<span class="hidden"> (${id})</span></summary>
      ${guideOf(step.guide, step.seenFrom, this.language)}`;
    return html`<li class="${isSettled(step) ? `step ${status} settled` : `step ${status}`}" id="${id}">
      <div class="head">
        <h3><span class="id">${id}</span> ${this.say(guide.title)}</h3>
        ${this.status(step)}
      </div>
      ${cause === undefined ? undefined : html`<p>${this.say(cause)}</p>`} ${this.next(step)}
      ${
        confirmedOn === undefined
          ? undefined
          : html`<p>${this.say(MESSAGES.confirmed)} ${longDay(confirmedOn)[this.language]}</p>`
      }
      ${
        status === "missing" || isUnconfirmed(step) || isPerhapsDone(step)
          ? html`<details open>${details}</details>`
          : html`<details>${details}</details>`
      }
    </li>`;
  }

  private next(step: Step): Html | undefined {
    const { owner, next } = step;
    if (next === undefined) return undefined;
    // What comes first is needed to see such a step, not to do it.
    const perhapsDone = isPerhapsDone(step) ? MESSAGES.perhapsDone : undefined;
    const lead = owner === undefined ? perhapsDone : MESSAGES.next;
    return html`<p class="next">
      ${lead === undefined ? undefined : html`<strong>${this.say(lead)}</strong>`} ${this.say(next)}
    </p>`;
  }

  private status(step: StepReport): Html {
    return html`<span class="status ${step.status}"
      ><span class="hidden">${this.say(MESSAGES.status)} </span
      ><span aria-hidden="true">${SIGNS[step.status]} </span>${this.say(statusLabel(step))}</span
    >`;
  }

  private notes(): Html | undefined {
    const { notes } = this.report;
    if (notes.length === 0) return undefined;
    return html`<section aria-labelledby="notes">
      <h2 id="notes">${this.say(MESSAGES.notes)}</h2>
      <ul>
        ${notes.map((note) => html`<li>${this.say(note)}</li>`)}
      </ul>
    </section>`;
  }

  private layers(): Html {
    const layer = ({ layer: name, status, said }: LayerReport): Html =>
      html`<li class="${status}">
        <strong>${this.say(LAYER_LABELS[name])}</strong> – ${this.say(LAYER_STATUS_LABELS[status])}
        <br />${this.say(said)}
      </li>`;
    return html`<section aria-labelledby="layers">
      <h2 id="layers">${this.say(MESSAGES.layers)}</h2>
      <details>
        <summary>${this.say(MESSAGES.layersSummary)}</summary>
        <ol class="layers">
          ${this.report.layers.map(layer)}
        </ol>
      </details>
    </section>`;
  }

  private glossary(): Html {
    return this.definitions(
      MESSAGES.glossary,
      GLOSSARY.map(({ word, meaning }) => [word, meaning]),
    );
  }

  private legend(): Html {
    const shown = STEP_STATUSES.filter((status) => this.steps.some((step) => step.status === status));
    return this.definitions(
      MESSAGES.legend,
      shown.map((status) => [statusLabel({ status }), STATUS_MEANINGS[status]]),
    );
  }

  private definitions(summary: Text, terms: readonly (readonly [Text, Text])[]): Html {
    return html`<details>
      <summary>${this.say(summary)}</summary>
      <dl>
        ${terms.map(
          ([term, meaning]) =>
            html`<div>
              <dt>${this.say(term)}</dt>
              <dd>${this.say(meaning)}</dd>
            </div>`,
        )}
      </dl>
    </details>`;
  }
}

/** Of what worked: what was not looked at is nobody's to do. */
function stoppedText({ lastTokenAt }: NonNullable<DoctorReport["worked"]>): Text {
  const since = lastTokenAt === undefined ? undefined : longDateAndTime(lastTokenAt);
  return {
    en: `Out of order: it worked before. ${since ? `The last token came on ${since.en}.` : "The token is still valid."}`,
    fr: `En panne : cela fonctionnait. ${since ? `Le dernier jeton a été obtenu le ${since.fr}.` : "Le jeton est encore valable."}`,
  };
}

function stepLinks(steps: readonly StepReport[]): Html {
  return html`${steps.map(({ id }, index) => html`${index === 0 ? "" : ", "}<a href="#${id}">${id}</a>`)}`;
}
