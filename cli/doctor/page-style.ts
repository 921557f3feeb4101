/** How the page looks: on a phone of 320 px, on a screen, in the dark, on paper. System fonts, nothing to load. */
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
    overflow-wrap: anywhere;
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
  p {
    margin: 0.4rem 0;
  }
  ul,
  ol {
    margin: 0.4rem 0;
    padding-left: 1.25rem;
  }
  [role="list"] {
    padding-left: 0;
    list-style: none;
  }
  a {
    color: var(--link);
    text-underline-offset: 0.15em;
  }
  code {
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
    margin: 0;
  }
  .facts dt,
  .step dt,
  footer dt {
    color: var(--soft);
    font-size: 0.9rem;
  }
  .facts dd {
    margin: 0;
    font-weight: 600;
  }
  .local {
    margin: 1rem 0 0;
    padding: 0.5rem 0.75rem;
    border: 2px dashed var(--hand);
  }
  .verdict {
    padding: 0.75rem 1rem;
    border: 1px solid var(--line);
    border-left: 6px solid var(--missing);
    border-radius: 0.25rem;
    background: var(--raised);
  }
  .verdict.ready {
    border-left-color: var(--done);
  }
  .verdict .first {
    font-size: 1.1rem;
    font-weight: 600;
  }
  .verdict .sign {
    color: var(--missing);
  }
  .verdict.ready .sign {
    color: var(--done);
  }
  .party {
    margin: 0.75rem 0;
    padding: 0.75rem 1rem;
    border: 1px solid var(--line);
    border-radius: 0.25rem;
  }
  .party ul {
    margin-bottom: 0;
  }
  .party li + li {
    margin-top: 0.6rem;
    padding-top: 0.6rem;
    border-top: 1px solid var(--line);
  }
  .step {
    margin: 0.75rem 0;
    padding: 0.75rem 1rem;
    border: 1px solid var(--line);
    border-left: 6px solid var(--line);
    border-radius: 0.25rem;
    scroll-margin-top: 1rem;
  }
  .step.done {
    border-left-color: var(--done);
  }
  .step.missing {
    border-left-color: var(--missing);
  }
  .step.not-seen-yet {
    border-left-color: var(--waiting);
  }
  .step.by-hand {
    border-left-color: var(--hand);
  }
  .step:target {
    outline: 2px solid var(--link);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0.25rem 1rem;
  }
  .id {
    color: var(--soft);
  }
  .status {
    display: inline-block;
    padding: 0 0.55rem;
    border: 1.5px solid currentColor;
    border-radius: 1rem;
    color: var(--soft);
    font-size: 0.9rem;
    font-weight: 600;
  }
  .status.done {
    color: var(--done);
  }
  .status.missing {
    color: var(--missing);
  }
  .status.not-seen-yet {
    color: var(--waiting);
  }
  .status.by-hand {
    color: var(--hand);
  }
  summary {
    padding: 0.5rem 0;
    color: var(--link);
    cursor: pointer;
  }
  dl {
    margin: 0;
  }
  .step dl > div,
  footer dl > div {
    margin-top: 0.5rem;
  }
  .step dd,
  footer dd {
    margin: 0;
  }
  .step dd ul {
    margin: 0;
    padding-left: 1.1rem;
    list-style: disc;
  }
  table {
    width: 100%;
    margin: 0.25rem 0;
    border-collapse: collapse;
    font-size: 0.95rem;
  }
  th,
  td {
    padding: 0.35rem 0.5rem;
    border: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
  }
  thead th {
    background: var(--raised);
  }
  tbody th {
    width: 38%;
    font-weight: 600;
  }
  .layers li {
    margin: 0.4rem 0;
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
  @media (min-width: 40rem), print {
    .step dl > div,
    footer dl > div {
      display: grid;
      grid-template-columns: 9rem 1fr;
      gap: 0 1rem;
      margin-top: 0.35rem;
    }
  }
  @page {
    size: A4;
    margin: 14mm;
  }
  @media print {
    :root {
      color-scheme: light;
    }
    body {
      max-width: none;
      padding: 0;
      font-size: 10pt;
    }
    .skip {
      display: none;
    }
    h2 {
      margin-top: 1.25rem;
    }
    .step,
    .party {
      margin: 0.4rem 0;
      padding: 0.4rem 0.75rem;
    }
    h2,
    h3,
    .head,
    summary {
      break-after: avoid;
    }
    .verdict,
    .party,
    .step p,
    .step dl > div,
    .layers li,
    tr {
      break-inside: avoid;
    }
    details::details-content {
      display: block;
      content-visibility: visible;
      height: auto;
    }
    .settled details {
      display: none;
    }
    summary {
      padding: 0.25rem 0 0;
      color: var(--soft);
      list-style: none;
    }
    .official a::after {
      content: " (" attr(href) ")";
    }
    a {
      color: inherit;
    }
  }
</style>`;
