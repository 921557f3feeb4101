/** The accounts and regions, and the names of the platform team's resources in each. */

/** Has the PISTE application. */
export const PUBLISHER = "111122223333";
/** Has the program that calls Chorus Pro. */
export const CONSUMER = "444455556666";

/** One prefix per region: names of roles, policies and dashboards are global in an account. */
export const REGIONS = {
  paris: { region: "eu-west-3", prefix: "acme-par" },
  dublin: { region: "eu-west-1", prefix: "acme-dub" },
} as const;
export type Place = keyof typeof REGIONS;

/** The path of the platform team's roles and policies. */
export const PLATFORM_PATH = "/platform/";

/** The role of the program in the consumer's account. */
export const CONSUMER_ROLE = "acme-lookup";
export const CONSUMER_ROLE_ARN = `arn:aws:iam::${CONSUMER}:role${PLATFORM_PATH}${CONSUMER_ROLE}`;

/** Names that are used in more than one file. */
export function namesIn(place: Place) {
  const { prefix } = REGIONS[place];
  return {
    boundary: `${prefix}-boundary`,
    refresherRole: `${prefix}-piste-refresher`,
    scheduleRole: `${prefix}-piste-schedules`,
    keyAlias: `alias/${prefix}-piste`,
    pager: `${prefix}-pager`,
    mailbox: `${prefix}-mailbox`,
    privateSubnets: `${prefix}-private`,
    outgoing: `${prefix}-outgoing`,
    caLayer: `${prefix}-ca`,
  };
}
