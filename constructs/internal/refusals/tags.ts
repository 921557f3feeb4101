/** IAM, CloudWatch Logs and SSM accept no others: their service models, `tagKeyType`, `TagKey`, `TagValue`. */
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

export type Tags = Readonly<Record<string, unknown>>;

const isKnown = (text: unknown): text is string => typeof text === "string" && !text.includes("${");
const quoted = (text: string): string => JSON.stringify(text);

export function problemsOfTags(tags: Tags): string[] {
  return Object.entries(tags).flatMap(([key, value]) => [...problemsOfKey(key), ...problemsOfValue(key, value)]);
}

function problemsOfKey(key: string): string[] {
  if (!isKnown(key)) return [];
  const got = `got the key ${quoted(key)}`;
  if (key.length === 0 || key.length > LONGEST_KEY) return [`must have keys of 1 to ${LONGEST_KEY} characters, ${got}`];
  if (/^aws:/i.test(key)) return [`must not have keys that begin with aws:, ${got}; AWS keeps these for itself`];
  return TEXT.test(key) ? [] : [`must have keys of letters, digits, spaces and _.:/=+-@ only, ${got}`];
}

function problemsOfValue(key: string, value: unknown): string[] {
  if (!isKnown(value)) return [];
  const got = `got ${quoted(value)} of ${key}`;
  if (value.length > LONGEST_VALUE) return [`must have values of at most ${LONGEST_VALUE} characters, ${got}`];
  return TEXT.test(value) ? [] : [`must have values of letters, digits, spaces and _.:/=+-@ only, ${got}`];
}

/** Rules of the resource's service, for all tags that the resource gets. */
export function problemsOfAllTags(type: string, tags: Tags): string[] {
  const keys = Object.keys(tags);
  const problems: string[] = [];
  if (keys.length > MOST_TAGS) {
    problems.push(`must be at most ${MOST_TAGS} with those of the provider, got ${keys.length}`);
  }
  if (type === "aws_iam_role") {
    const byCase = new Map<string, string>();
    for (const key of keys) {
      const same = byCase.get(key.toLowerCase());
      byCase.set(key.toLowerCase(), key);
      if (same === undefined) continue;
      problems.push(
        `must not have keys that differ only in case, got ${quoted(same)} and ${quoted(key)}; IAM takes them for one: ` +
          "leave one out",
      );
    }
  }
  if (type === "aws_scheduler_schedule_group") {
    // The service model of EventBridge Scheduler, `TagValue`.
    const empty = keys.filter((key) => tags[key] === "");
    if (empty.length > 0) {
      problems.push(
        `must have values of at least 1 character, got none of ${empty.join(", ")}; EventBridge Scheduler refuses it`,
      );
    }
  }
  return problems;
}
