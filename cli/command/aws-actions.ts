/** The names of the commands' requests to AWS, for messages when AWS refuses one. */
import type { Action } from "./aws-failure";

export const ACTIONS = {
  identity: { en: "look up your identity", fr: "vérifier votre identité", permission: "sts:GetCallerIdentity" },
  applications: {
    en: "read the descriptions of the applications",
    fr: "lire les descriptions des applications",
    permission: "ssm:GetParametersByPath",
  },
  alarms: { en: "describe alarms", fr: "décrire les alarmes", permission: "cloudwatch:DescribeAlarms" },
  subscriptions: {
    en: "list the subscribers of a topic",
    fr: "lister les abonnés d'un sujet",
    permission: "sns:ListSubscriptionsByTopic",
  },
  setAlarm: {
    en: "set the state of an alarm",
    fr: "changer l'état d'une alarme",
    permission: "cloudwatch:SetAlarmState",
  },
  alarmHistory: {
    en: "read the history of an alarm",
    fr: "lire l'historique d'une alarme",
    permission: "cloudwatch:DescribeAlarmHistory",
  },
  schedule: {
    en: "read a schedule",
    fr: "lire une planification",
    permission: "scheduler:GetSchedule",
    holder: "verifier",
  },
  updateSchedule: {
    en: "change a schedule",
    fr: "modifier une planification",
    permission: "scheduler:UpdateSchedule",
    holder: "verifier --drill",
  },
} as const satisfies Record<string, Action>;

export const onSecret = (en: string, fr: string, operation: string, secret: string): Action => ({
  en: `${en} the secret ${secret}`,
  fr: `${fr} le secret ${secret}`,
  permission: `secretsmanager:${operation}`,
  secret,
});
