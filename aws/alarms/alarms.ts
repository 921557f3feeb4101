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

/** Keys are the alarms' short names. */
export const ALARMS = { ...REFRESHER_RECORDS, ...CONNECTION_RECORDS } as const;
export type AlarmName = keyof typeof ALARMS;
const NAMES = Object.keys(ALARMS) as AlarmName[];
const withSeverity = (severity: Severity): AlarmName[] => NAMES.filter((name) => ALARMS[name].severity === severity);
/** In the order in which to read several that ring at once: paging ones first. */
export const ALARM_NAMES: readonly AlarmName[] = [...withSeverity("page"), ...withSeverity("inform")];

/** Without the connection check's alarm. */
export type TokenAlarmName = keyof typeof REFRESHER_RECORDS;
export const TOKEN_ALARMS = Object.keys(REFRESHER_RECORDS) as TokenAlarmName[];

/** True if the alarm needs technical accounts. */
export const isPasswordAlarm = (name: TokenAlarmName): boolean => name in PASSWORD_RECORDS;

export const severityOf = (name: AlarmName): Severity => ALARMS[name].severity;

/** The alarm's name in CloudWatch. */
export function alarmName({ environment, application, namePrefix }: AlarmedApplication, name: AlarmName): string {
  return `${resourceName(environment, application, namePrefix)}-${name}`;
}

/** The application's alarm that has this name in CloudWatch, with any prefix. */
export function alarmCalled({ environment, application }: AlarmedApplication, called: string): AlarmName | undefined {
  return NAMES.find((name) => {
    const end = alarmName({ environment, application }, name);
    return called === end || (called.endsWith(`-${end}`) && NAME_PATTERN.test(called.slice(0, -end.length - 1)));
  });
}

export const RUNBOOKS = "docs/runbooks";

/** @param baseUrl the address of a copy of docs/runbooks/ that a phone can open. */
export function runbookAddress(runbook: string, baseUrl = `cdktf-piste: ${RUNBOOKS}`): string {
  return `${baseUrl.replace(/\/+$/, "")}/${runbook}.md`;
}

/** An alarm as Terraform's `aws_cloudwatch_metric_alarm` takes it, without its actions. */
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
