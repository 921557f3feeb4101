/** One run of the doctor: its target, its options, and how a failure becomes a finding. */
import { setTimeout as sleep } from "node:timers/promises";
import { mayMakeUpLogin, Prober } from "../../piste/prober";
import type { Identity } from "../command/aws";
import { AwsError } from "../command/aws-failure";
import { CommandError } from "../command/failure";
import { FunctionError } from "../command/function-answer";
import { awsNow } from "../command/stored-token";
import type { Target } from "../command/target";
import type { DescribedApplication } from "../described-applications";
import { messageOf, UserError } from "../../piste/user-error";
import { found, type Circumstances, type DetailsOf, type FindingCode, type Found } from "./findings";
import type { CommandContext } from "./findings/finding";
import type { Confirmed, Layer } from "./report";
import type { Subject } from "./subject";

export interface DoctorOptions {
  /** @default - all */
  readonly application?: string | undefined;
  /** True when a made-up login may be sent in prod. */
  readonly probe?: boolean;
  /** True when a refused password is sent once more. */
  readonly force?: boolean;
  readonly confirmed?: Confirmed;
  /** The options of the target, repeated in the suggested commands: ` --local`. */
  readonly where?: string;
  /** Set by `credentials try`, which checks typed values. */
  readonly trial?: CommandContext["trial"];
  /** @default - waits */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Receives the whole error of a bug. */
  readonly debug?: (error: unknown) => void;
}

/** Ends the examination of a layer: nothing after it can be seen. */
export class Stop extends Error {
  constructor(readonly found: Found) {
    super(found.cause.en);
  }
}

export class Visit {
  identity: Identity | AwsError | undefined;
  subjects: readonly Subject[] = [];
  /** Qualif's applications, as far as they may be read, when the doctor examines prod. */
  ofQualif: readonly DescribedApplication[] = [];
  loginsOfQualif: ReadonlySet<string> | undefined;
  /** Findings from before any application is known. */
  readonly found: Found[] = [];

  constructor(
    readonly target: Target,
    readonly options: DoctorOptions,
  ) {}

  get context(): CommandContext {
    const { where, trial } = this.options;
    return { environment: this.target.environment, where, trial };
  }

  /** Epoch milliseconds, by AWS's clock. */
  now(): number {
    return awsNow(this.target);
  }

  /** True when a made-up login may be sent. */
  get mayMakeUp(): boolean {
    return mayMakeUpLogin(this.target.environment, this.options.probe);
  }

  /** The calls of PISTE's gateway for one application. @throws Error unless there is a token. */
  proberOf({ token }: Subject): Prober {
    if (token === undefined) throw new Error("unreachable: the token's layer runs before the gateway's");
    const { apiBaseUrl, transport, now } = this.target;
    const { mayMakeUp } = this;
    return new Prober({
      transport,
      nowInMilliseconds: now,
      sleep: this.options.sleep ?? sleep,
      apiBaseUrl,
      token,
      mayMakeUp,
    });
  }

  get stopped(): boolean {
    return this.found.some(({ stops }) => stops);
  }

  /**
   * Runs a part of a layer and returns a failure as a finding.
   *
   * @throws CommandError when the command was used wrongly.
   */
  async guard(layer: Layer, context: CommandContext, part: () => Promise<void>): Promise<Found | undefined> {
    try {
      await part();
      return undefined;
    } catch (error) {
      if (error instanceof Stop) return error.found;
      if (error instanceof AwsError) return foundOfAws(error, context, layer);
      if (error instanceof CommandError) throw error;
      this.options.debug?.(error);
      const message = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
      return found("bug", context, { message }, { layer });
    }
  }
}

/** The finding for an error of AWS. */
export function foundOfAws(error: AwsError, context: CommandContext, layer: Layer): Found {
  const { kind, said, action } = error;
  const tried = { action, permission: action.permission };
  switch (kind) {
    case "no-region":
      return found("aws-no-region", context, { fix: error.fix }, { layer });
    case "no-credentials":
      return found("aws-no-credentials", context, { said: messageOf(error.cause), fix: error.fix }, { layer });
    case "denied":
      return found("aws-denied", context, { ...tried, fix: error.fix }, { layer });
    case "deleted":
      return found("secret-deleted", context, { secret: action.secret ?? "?", fix: error.fix }, { layer });
    case "unreachable":
      return found("aws-unreachable", context, { said }, { layer });
    case "throttled":
      return found("aws-throttled", context, tried, { layer });
    case "other":
      return found("aws-failed", context, { ...tried, said }, { layer });
  }
}

/** The reason why the function itself failed; undefined for any other error. */
export function functionFailure(error: unknown): string | undefined {
  if (error instanceof AwsError) return undefined;
  // With `--local` this command runs the function itself and throws another error.
  if (error instanceof FunctionError || (error instanceof UserError && !(error instanceof CommandError))) {
    return error.message.replace(/^(?:The function )?\S+ failed: /, "");
  }
  return undefined;
}

export function stop<Code extends FindingCode>(
  code: Code,
  context: CommandContext,
  details: DetailsOf<Code>,
  circumstances: Circumstances = {},
): Stop {
  return new Stop(found(code, context, details, circumstances));
}
