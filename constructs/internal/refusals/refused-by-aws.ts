/**
 * Refuses at synth what AWS or its provider would refuse half-way through a deployment. It checks the JSON that
 * Terraform receives, so overrides and Aspects count. References are not checked.
 */
import { TerraformResource, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { logGroupName } from "../../../aws/names";
import { countInlinePolicies } from "./inline-policies";
import type { UsedProvider } from "./refused-values";
import { RULES } from "./rules";
import { accountOf, providerOf, written, type Attributes, type StackJson } from "./stack-json";
import { problemsOfAllTags, problemsOfTags, type Tags } from "./tags";

interface Problem {
  readonly place: string;
  readonly text: string;
}

/** Constructs whose resources are checked, by stack. */
const PLACES = new WeakMap<TerraformStack, Set<Construct>>();

/**
 * Checks all resources below the place when its stack is synthesized. Every construct that creates resources calls
 * it, so that each is checked when used alone.
 */
export function checkAgainstAwsRules(place: Construct): void {
  const stack = TerraformStack.of(place);
  const known = PLACES.get(stack);
  const places = known ?? new Set<Construct>();
  places.add(place);
  if (known !== undefined) return;
  PLACES.set(stack, places);
  stack.node.addValidation({ validate: () => problemsOf(stack, places) });
}

/** The outermost construct of this package around a place, or the place itself. */
export function outermostConstruct(place: Construct): Construct {
  const ours = PLACES.get(TerraformStack.of(place));
  return [...(ours ?? [])].find((each) => place.node.scopes.includes(each)) ?? place;
}

function problemsOf(stack: TerraformStack, places: ReadonlySet<IConstruct>): string[] {
  const json = stack.toTerraform() as StackJson;
  const problems = [...problemsOfProviders(json)];
  const problemsOfInlinePolicies = countInlinePolicies(stack, json);
  for (const each of stack.node.findAll()) {
    if (!TerraformResource.isTerraformResource(each)) continue;
    if (!each.node.scopes.some((scope) => places.has(scope))) continue;
    const { terraformResourceType: type } = each;
    const attributes = json.resource?.[type]?.[each.friendlyUniqueId];
    if (attributes === undefined) continue;
    const texts = [...problemsOfAttributes(type, attributes, json), ...problemsOfTagsOf(type, attributes, json)];
    if (type === "aws_iam_role_policy") texts.push(...problemsOfInlinePolicies(attributes));
    if (type === "aws_cloudwatch_log_group") texts.push(...problemsOfLogGroup(each, attributes, json));
    problems.push(...texts.map((text) => ({ place: each.node.path, text })));
  }
  return sentences(problems);
}

/** The function may write to this log group only, and its metrics are made from it. */
function problemsOfLogGroup(logGroup: IConstruct, { name }: Attributes, json: StackJson): string[] {
  const made = logGroup.node.scope?.node.tryFindChild("function");
  if (!TerraformResource.isTerraformResource(made)) return [];
  const attributes = json.resource?.[made.terraformResourceType]?.[made.friendlyUniqueId] ?? {};
  const [written = logGroupName(String(attributes["function_name"]))] = valuesAt(attributes, [
    "logging_config",
    "log_group",
  ]);
  if (written === name) return [];
  return [
    `name of aws_cloudwatch_log_group must be ${String(written)}, where its function writes, got ${JSON.stringify(name)}; ` +
      "keep that name, or set loggingConfig on the function",
  ];
}

function sentences(problems: readonly Problem[]): string[] {
  const places = new Map<string, string[]>();
  for (const { place, text } of problems) places.set(text, [...(places.get(text) ?? []), place]);
  return [...places].map(([text, [first = "", ...more]]) => {
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    return `${first}${others}: ${text}`;
  });
}

function problemsOfAttributes(type: string, attributes: Attributes, json: StackJson): string[] {
  const provider: UsedProvider = {
    version: json.terraform?.required_providers?.aws?.version,
    region: written(providerOf(attributes, json)?.["region"]),
    account: accountOf(attributes, json),
  };
  return RULES.filter(({ types }) => types.includes(type)).flatMap((rule) => {
    const { attribute, prop, must, next } = rule;
    const name = prop === undefined ? `${attribute} of ${type}` : `${prop} (${attribute} of ${type})`;
    return valuesAt(attributes, attribute.split("."))
      .flatMap((value) => rule.refused(value, provider))
      .map((value) => `${name} must ${must}, got ${JSON.stringify(value)}${next === undefined ? "" : `; ${next}`}`);
  });
}

function valuesAt(attributes: Attributes, [name = "", ...more]: readonly string[]): readonly unknown[] {
  const value = attributes[name];
  if (value === undefined || value === null) return [];
  if (more.length === 0) return [value];
  return [value]
    .flat()
    .filter(isObject)
    .flatMap((block) => valuesAt(block, more));
}

const isObject = (value: unknown): value is Attributes =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const named = (problem: string): string => `tags ${problem}`;

function problemsOfProviders({ provider }: StackJson): Problem[] {
  return (provider?.aws ?? []).flatMap((each) =>
    problemsOfTags(defaultTagsOf(each)).map((text) => ({ place: "the provider's default tags", text: named(text) })),
  );
}

function defaultTagsOf(provider: Attributes | undefined): Tags {
  const blocks = [provider?.["default_tags"] ?? []].flat() as Attributes[];
  const tags = blocks[0]?.["tags"];
  return isObject(tags) ? tags : {};
}

/** These always get the provider's tags, and their services accept fewer tags than others. */
const ALWAYS_TAGGED = ["aws_iam_role", "aws_scheduler_schedule_group"];

function problemsOfTagsOf(type: string, attributes: Attributes, json: StackJson): string[] {
  const { tags = {} } = attributes;
  if (!isObject(tags) || !("tags" in attributes || ALWAYS_TAGGED.includes(type))) return [];
  const all = { ...defaultTagsOf(providerOf(attributes, json)), ...tags };
  return [...problemsOfTags(tags), ...problemsOfAllTags(type, all)].map(named);
}
