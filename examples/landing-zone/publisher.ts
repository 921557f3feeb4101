import { TerraformOutput } from "cdktf";
import { PisteApplication, PisteDashboard } from "cdktf-piste";
import type { Construct } from "constructs";
import { AccountStack } from "./account-stack";
import { CONSUMER_ROLE_ARN, PUBLISHER, REGIONS, type Place } from "./accounts";
import { landingZoneOf } from "./landing-zone";

/** The PISTE application, in one region. */
export class Publisher extends AccountStack {
  constructor(scope: Construct, place: Place) {
    super(scope, `publisher-${place}`, PUBLISHER, REGIONS[place].region);
    const landingZone = landingZoneOf(this, place);
    const piste = new PisteApplication(this, "piste", {
      environment: "prod",
      name: "chorus-pro",
      apis: [
        "chorus-pro-structures",
        "chorus-pro-factures",
        // An API that the package does not know: calls carry the token only.
        { name: "meteo", basePath: "/meteofrance/public/v1", ping: "/health" },
      ],
      technicalAccounts: [
        { name: "lyon", structure: { identifier: "12345678200010", identifierType: "SIRET" } },
        { name: "lille", structure: { identifier: "12345678200028", identifierType: "SIRET" } },
      ],
      connectionCheck: true,
      landingZone,
    });
    new PisteDashboard(this, "dashboard", { applications: [piste], landingZone });

    // The other account's role must exist: AWS refuses a secret's policy that names a missing role.
    piste.accessToken.grantRead({ roleArn: CONSUMER_ROLE_ARN });
    piste.account("lyon").grantRead({ roleArn: CONSUMER_ROLE_ARN });
    for (const [name, value] of Object.entries({
      token_secret_arn: piste.accessToken.secretArn,
      lyon_secret_arn: piste.account("lyon").secretArn,
      encryption_key_arn: piste.accessToken.encryptionKeyArn,
    })) {
      new TerraformOutput(this, name, { value });
    }
  }
}
