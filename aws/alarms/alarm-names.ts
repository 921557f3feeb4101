/** The alarms of an application by their short names, and how urgent each is: names that runbooks and commands share. */

/** `page`: someone must act now. `inform`: someone should know, at the next opportunity. */
export type Severity = "page" | "inform";

export const ALARM_SEVERITIES = {
  "token-lapsing": "page",
  "refresher-silent": "page",
  "credentials-rejected": "page",
  "refresher-failing": "page",
  "piste-degraded": "inform",
  "password-expiring": "inform",
  "password-expiring-15": "inform",
  "password-expiring-7": "inform",
  "connection-refused": "page",
} as const satisfies Record<string, Severity>;
export type AlarmName = keyof typeof ALARM_SEVERITIES;

/** The page in docs/ that says what to do; reminders share one. */
export function runbookOf(alarm: AlarmName): string {
  return `docs/runbooks/${alarm.replace(/-\d+$/, "")}.md`;
}
