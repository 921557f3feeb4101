/** The doctor's report as one page of its own. */
import type { Language } from "../../piste/language";
import type { DoctorReport } from "./report";
import { show } from "./show";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export function renderPage(report: DoctorReport, language: Language): string {
  const text = show(report, { language, width: 80, unicode: true, colour: false });
  return `<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>piste doctor ${report.environment}</title></head>
<body><pre>${escaped(text)}</pre></body>
</html>
`;
}
