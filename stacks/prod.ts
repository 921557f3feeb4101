/**
 * Production. Edit this file, then `npx cdktf deploy prod`. Nothing secret belongs here: values are stored after the
 * deployment. Nothing is the same as in qualification: application, credentials, SIRET and technical accounts differ.
 */
import { EXAMPLE, type EnvironmentConfiguration } from "./configuration";

/** docs/configuration.md has every property. */
export const prod: EnvironmentConfiguration = {
  // The AWS region; Paris when it is left out.
  // region: "eu-west-3",
  // The only AWS account that this may be deployed into.
  // account: "123456789012",
  // Who receives the alarms. AWS sends each address a link to confirm.
  // alarmEmails: ["astreinte@exemple.fr"],
  // What your company prescribes to all resources: docs/landing-zone.md.
  // landingZone: { tags: { "cost-center": "facturation" } },
  // How long an outage of PISTE is survived.
  // outageToleranceInMinutes: 30,
  // Where Terraform keeps its state; `npx cdktf deploy state` makes the bucket.
  // state: { bucket: "my-company-terraform-state" },
  applications: [
    {
      name: "chorus-pro",
      // The application that you created on PISTE for production.
      // pisteApplicationName: "facturation-exemple",
      technicalAccounts: [
        {
          name: "default",
          // Your structure's real SIRET.
          structure: { identifier: EXAMPLE.prodSiret, identifierType: "SIRET" },
        },
      ],
    },
  ],
};
