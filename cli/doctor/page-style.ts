/** Styles for a phone of 320 px, a screen and dark mode. System fonts only, so nothing is loaded. */
import { html } from "./html";

export const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    --text: #1a1a1f;
    --soft: #4b4b55;
    --paper: #ffffff;
    --raised: #f6f6f9;
    --line: #c9c9d2;
    --link: #000091;
    --done: #17653a;
    --missing: #a8200d;
    --waiting: #6a4b00;
    --hand: #0b4f8a;
  }
  @media screen and (prefers-color-scheme: dark) {
    :root {
      --text: #ececf1;
      --soft: #b9b9c6;
      --paper: #17171c;
      --raised: #212128;
      --line: #50505c;
      --link: #a9b4ff;
      --done: #7fd8a1;
      --missing: #ff9d8f;
      --waiting: #f0c66a;
      --hand: #8fc7ff;
    }
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0 auto;
    padding: 1rem;
    max-width: 56rem;
    background: var(--paper);
    color: var(--text);
    font:
      1rem/1.55 system-ui,
      -apple-system,
      "Segoe UI",
      Roboto,
      "Liberation Sans",
      Arial,
      sans-serif;
    overflow-wrap: break-word;
  }
  h1 {
    margin: 0.5rem 0 1rem;
    font-size: 1.6rem;
    line-height: 1.25;
  }
  h2 {
    margin: 2.25rem 0 0.75rem;
    font-size: 1.25rem;
    line-height: 1.3;
  }
  h3 {
    margin: 0;
    font-size: 1.05rem;
    line-height: 1.4;
  }
  dl,
  dd {
    margin: 0;
  }
  p,
  ul,
  ol {
    margin: 0.4rem 0;
  }
  ul,
  ol {
    padding-left: 1.25rem;
  }
  [role="list"],
  .step dd [role="list"] {
    padding-left: 0;
    list-style: none;
  }
  a {
    color: var(--link);
  }
  code,
  kbd {
    padding: 0.05em 0.3em;
    border-radius: 0.25em;
    background: var(--raised);
    font:
      0.9em/1.4 ui-monospace,
      Menlo,
      Consolas,
      "Liberation Mono",
      monospace;
  }
  code span {
    display: inline-block;
    max-width: 100%;
  }
  kbd,
  .name {
    overflow-wrap: anywhere;
  }
  kbd {
    display: inline-block;
    max-width: 100%;
    user-select: all;
    -webkit-user-select: all;
  }
  progress {
    display: block;
    width: 100%;
    height: 0.75rem;
    accent-color: var(--done);
  }
  :focus-visible {
    outline: 3px solid var(--link);
    outline-offset: 2px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .skip {
    position: absolute;
    left: -999rem;
  }
  .skip:focus {
    position: static;
  }
  header {
    border-bottom: 4px solid var(--link);
    padding-bottom: 1rem;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 2.5rem;
  }
  dt,
  .hint {
    color: var(--soft);
    font-size: 0.9rem;
  }
  .form p {
    margin: 0;
  }
  .facts dd {
    font-weight: 600;
  }
  .local {
    margin: 1rem 0 0;
    padding: 0.5rem 0.75rem;
    border: 2px dashed var(--hand);
  }
  .verdict {
    --tone: var(--missing);
    background: var(--raised);
  }
  .verdict.ready {
    --tone: var(--done);
  }
  .verdict .first {
    font-size: 1.1rem;
    font-weight: 600;
  }
  .verdict .sign {
    color: var(--tone);
  }
  .party li + li {
    margin-top: 0.6rem;
    padding-top: 0.6rem;
    border-top: 1px solid var(--line);
  }
  .verdict,
  .party,
  .step,
  .password {
    margin: 0.75rem 0;
    padding: 0.75rem 1rem;
    border: 1px solid var(--line);
    border-left: 6px solid var(--tone, var(--line));
    border-radius: 0.25rem;
  }
  .step {
    padding: 0.25rem 1rem;
  }
  .done {
    --tone: var(--done);
  }
  .missing {
    --tone: var(--missing);
  }
  .not-seen-yet {
    --tone: var(--waiting);
  }
  .by-hand {
    --tone: var(--hand);
  }
  .how {
    padding-bottom: 0.5rem;
    scroll-margin-top: 6rem;
  }
  .how:target {
    outline: 2px solid var(--link);
    outline-offset: 4px;
  }
  .step summary {
    display: flex;
    gap: 0.6rem;
    color: inherit;
    list-style: none;
  }
  .step summary::-webkit-details-marker {
    display: none;
  }
  .step summary::before {
    content: "";
    flex: none;
    width: 0.5rem;
    height: 0.5rem;
    margin-top: 0.45rem;
    border: solid var(--link);
    border-width: 0 2px 2px 0;
    rotate: -45deg;
  }
  .step details[open] > summary::before {
    rotate: 45deg;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0.25rem 1rem;
    flex: 1;
  }
  .id {
    color: var(--soft);
  }
  .status {
    display: inline-block;
    padding: 0 0.55rem;
    border: 1.5px solid currentColor;
    border-radius: 1rem;
    color: var(--tone, var(--soft));
    white-space: nowrap;
    font-size: 0.9rem;
    font-weight: 600;
  }
  summary {
    padding: 0.5rem 0;
    color: var(--link);
    cursor: pointer;
  }
  .step dl > div,
  footer dl > div {
    margin-top: 0.5rem;
  }
  .step dd ul {
    margin: 0;
    padding-left: 1.1rem;
    list-style: disc;
  }
  .form {
    font-size: 0.95rem;
  }
  .form > div {
    padding: 0.35rem 0;
    border-top: 1px solid var(--line);
  }
  .form dt {
    color: inherit;
    font-weight: 600;
  }
  .layers .failed strong {
    color: var(--missing);
  }
  footer {
    margin-top: 2.5rem;
    padding-top: 0.75rem;
    border-top: 1px solid var(--line);
    color: var(--soft);
    font-size: 0.95rem;
  }
</style>`;
