/** All alarms of an application. */
import { NAME_PATTERN } from "../../piste/names";
import { resourceName } from "../names";
import type {
  AlarmedApplication,
  AlarmedRefresher,
  AlarmRecord,
  AlarmRule,
  CheckedConnection,
  Severity,
} from "./alarm";
import { CONNECTION_RECORDS } from "./connection-alarm";
import { PASSWORD_RECORDS } from "./password-alarms";
import { TOKEN_RECORDS } from "./token-alarms";

const REFRESHER_RECORDS = { ...TOKEN_RECORDS, ...PASSWORD_RECORDS } as const;

/** By their short names. */
export const ALARMS = { ...REFRESHER_RECORDS, ...CONNECTION_RECORDS } as const;
export type AlarmName = keyof typeof ALARMS;
const NAMES = Object.keys(ALARMS) as AlarmName[];
const withSeverity = (severity: Severity): AlarmName[] => NAMES.filter((name) => ALARMS[name].severity === severity);
/** In the order in which a person looks at several that ring at once: those that page first. */
export const ALARM_NAMES: readonly AlarmName[] = [...withSeverity("page"), ...withSeverity("inform")];

/** Those on the refresher; the connection check has one of its own. */
export type TokenAlarmName = keyof typeof REFRESHER_RECORDS;
export const TOKEN_ALARMS = Object.keys(REFRESHER_RECORDS) as TokenAlarmName[];

/** Those that have something to say only where there are technical accounts. */
export const isPasswordAlarm = (name: TokenAlarmName): boolean => name in PASSWORD_RECORDS;

export const severityOf = (name: AlarmName): Severity => ALARMS[name].severity;

/** As in CloudWatch. */
export function alarmName({ environment, application, namePrefix }: AlarmedApplication, name: AlarmName): string {
  return `${resourceName(environment, application, namePrefix)}-${name}`;
}

/** Which alarm of the application is called that in CloudWatch, with whatever prefix; none when it has another name. */
export function alarmCalled({ environment, application }: AlarmedApplication, called: string): AlarmName | undefined {
  return NAMES.find((name) => {
    const end = alarmName({ environment, application }, name);
    return called === end || (called.endsWith(`-${end}`) && NAME_PATTERN.test(called.slice(0, -end.length - 1)));
  });
}

/** Where the repository has the runbooks. */
export const RUNBOOKS = "docs/runbooks";

/**
 * Where the page is that says what to do.
 *
 * @param baseUrl the address of a copy of docs/runbooks/ that can be opened from a phone.
 */
export function runbookAddress(runbook: string, baseUrl = `cdktf-piste: ${RUNBOOKS}`): string {
  return `${baseUrl.replace(/\/+$/, "")}/${runbook}.md`;
}

/** An alarm as Terraform's `aws_cloudwatch_metric_alarm` takes it, but for its actions. */
export interface AlarmPlan extends AlarmRule {
  readonly alarmName: string;
  readonly alarmDescription: string;
}

function planOf<Subject extends AlarmedApplication>(
  name: AlarmName,
  record: AlarmRecord<Subject>,
  subject: Subject,
): AlarmPlan {
  return {
    alarmName: alarmName(subject, name),
    alarmDescription:
      `${record.text(subject)} Owner: ${record.owner}. First: ${record.first(subject)}. ` +
      `Runbook: ${runbookAddress(record.runbook, subject.runbookBaseUrl)}`,
    ...record.rule(subject),
  };
}

export const tokenAlarmPlan = (name: TokenAlarmName, refresher: AlarmedRefresher): AlarmPlan =>
  planOf(name, REFRESHER_RECORDS[name], refresher);

export const connectionAlarmPlan = (application: CheckedConnection): AlarmPlan =>
  planOf("connection-refused", CONNECTION_RECORDS["connection-refused"], application);
