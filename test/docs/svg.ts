/** The pictures of docs/images as tests read them. */
import { DOMParser, type Document, type Element } from "@xmldom/xmldom";

/** @throws Error when it is not well-formed. */
export const parseSvg = (svg: string): Document =>
  new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(svg, "image/svg+xml");

export const elements = (document: Document, name: string): Element[] => [...document.getElementsByTagName(name)];

/** What a page that shows it would have to load or run, and what a website would take out. */
export function beyondDrawing(svg: string): string[] {
  const document = parseSvg(svg);
  const active = ["script", "image", "use", "foreignObject", "a"].filter((name) => elements(document, name).length > 0);
  return [...active, ...(svg.replaceAll(/ xmlns="[^"]*"/g, "").match(/@import|url\(|href=|xmlns| on\w+=/g) ?? [])];
}
