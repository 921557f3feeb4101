/** Styles for paper and wide screens. They override `page-style.ts`, so they come after it. */
import { html } from "./html";

export const PAPER = html`<style>
  @media (min-width: 40rem), print {
    .step dl > div,
    footer dl > div {
      display: grid;
      grid-template-columns: 11rem 1fr;
      gap: 0 1rem;
      margin-top: 0.35rem;
    }
    .step .form > div {
      grid-template-columns: 9rem 1fr;
      margin-top: 0;
    }
  }
  @page {
    size: A4;
    margin: 14mm;
  }
  @media print {
    :root {
      color-scheme: light;
      font-size: 10pt;
    }
    body {
      max-width: none;
      padding: 0;
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
    h2 + p,
    h2 + p + p,
    .steps .head,
    summary {
      break-after: avoid;
    }
    .verdict,
    .party li,
    .password,
    .step p,
    .step dd li,
    .form > div,
    .layers li {
      break-inside: avoid;
    }
    details::details-content {
      display: block;
      content-visibility: visible;
      height: auto;
    }
    .settled .how {
      display: none;
    }
    summary {
      padding: 0.25rem 0 0;
      list-style: none;
    }
    .step summary::before {
      display: none;
    }
    progress {
      print-color-adjust: exact;
    }
    .official a::after {
      content: " (" attr(href) ")";
    }
    a {
      color: inherit;
    }
  }
</style>`;
