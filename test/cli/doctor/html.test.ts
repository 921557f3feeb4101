import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { html } from "../../../cli/doctor/html";
import { elementsOf, named, readHtml, skeletonOf } from "./read-html";
import { character } from "../../hostile";
import { runs } from "../../runs";

/** Control characters except tab and line feed, line separators, and characters that change the text direction. */
// eslint-disable-next-line no-control-regex
const DECEPTIVE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Renamed, so that Prettier does not format the template. */
const asWritten = html;

describe("html", () => {
  it("escapes text in elements and attributes", () => {
    expect(html`<p title="${`"&'`}">${"<b>&amp;</b>"}</p>`.text).toBe(
      '<p title="&quot;&amp;&#39;">&lt;b&gt;&amp;amp;&lt;/b&gt;</p>',
    );
  });

  it("keeps its own markup, joins lists, and leaves out undefined", () => {
    const items = ["a<", 2].map((item) => html`<li>${item}</li>`);
    expect(asWritten`<ul>${items}${undefined}</ul>`.text).toBe("<ul><li>a&lt;</li><li>2</li></ul>");
    expect(html`<p title="${undefined}"></p>`.text).toBe('<p title=""></p>');
  });

  it("never lets any text become markup", () => {
    const template = (text: string): string => html`<p title="${text}" lang="fr">${text}<b>${[text]}</b></p>`.text;
    const bones = skeletonOf(readHtml(template("")));
    const hostile = fc.oneof(
      fc.string({ unit: character }),
      fc.string({ unit: fc.constantFrom("<", ">", '"', "'", "&", "/", "b", " ", "=", "`", "\n", "--", "]]>") }),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const root = readHtml(template(text));
        expect(skeletonOf(root)).toBe(bones);
        const [bold] = elementsOf(root, named("b"));
        expect(bold?.children.filter((child) => typeof child === "string").join("")).toBe(text.replace(DECEPTIVE, "�"));
      }),
      { numRuns: runs(300) },
    );
  });

  it("replaces characters that change the text direction or that HTML forbids", () => {
    expect(html`<p>${"a\u202egpj.exe\u0000\u2066b"}</p>`.text).toBe("<p>a�gpj.exe��b</p>");
    expect(html`<p>${"a\n\tb\u00a0\u202fc"}</p>`.text).toBe("<p>a\n\tb\u00a0\u202fc</p>");
  });

  it("refuses a value in a place where escaping does not protect", () => {
    expect(() => html`<p class=${"a b"}></p>`).toThrow("a part in a tag must be in double quotes");
    expect(() => html`<p ${'onclick="x"'}></p>`).toThrow("a part in a tag must be in double quotes");
    expect(() => asWritten`<p title='${"x' onclick='"}'></p>`).toThrow("a part in a tag must be in double quotes");
    expect(() => html`<p title="${html`<b>"</b>`}"></p>`).toThrow("an attribute must be a text");
    expect(() => html`<p title="${["x"]}"></p>`).toThrow("an attribute must be a text");
    expect(
      () =>
        html`<style>
          p {
            color: ${"red"};
          }
        </style>`,
    ).toThrow("nothing may be put into a style or a script");
    expect(
      () =>
        html`<script>
          ${"1"};
        </script>`,
    ).toThrow("nothing may be put into a style or a script");
    expect(
      html`<style>
          p > b {
          }
        </style>
        <p>${"x"}</p>`.text,
    ).toContain("<p>x</p>");
  });
});
