import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { everything, type Scope } from './scope.js';
import { ServiceCategory } from './service-category.js';

@ObjectType({ description: 'A tag key, and which of its values.' })
export class TagSelection {
  @Field() key: string;
  @Field(() => [String], { description: 'Empty means any value.' }) values: string[];
}

@ObjectType({ description: 'Which charges and resources something is about. Fields combine with AND, values with OR; an empty list is any.' })
export class CostScope implements Scope {
  @Field(() => [String]) providerNames: string[];
  @Field(() => [String]) subAccountIds: string[];
  @Field(() => [String]) serviceNames: string[];
  @Field(() => [ServiceCategory]) serviceCategories: ServiceCategory[];
  @Field(() => [TagSelection]) tags: TagSelection[];
}

@InputType({ description: 'Matches what has this key, with one of these values if any are given.' })
export class TagFilter {
  @Field() key: string;
  @Field(() => [String], { nullable: true, description: 'Any value when left out or empty.' }) values?: string[] | null;
}

@InputType({
  description:
    'Which charges a report, budget or forecast is about. Fields combine with AND, values with OR; what is left out or empty is any.',
})
export class CostScopeInput {
  @Field(() => [String], { nullable: true, description: 'Any of these.' }) providerNames?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Any of these.' }) subAccountIds?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Any of these.' }) serviceNames?: string[] | null;
  @Field(() => [ServiceCategory], { nullable: true, description: 'Any of these.' }) serviceCategories?: ServiceCategory[] | null;
  @Field(() => [TagFilter], { nullable: true, description: 'All of these.' }) tags?: TagFilter[] | null;
}

/** The scope an input stands for. Lists are sorted: two spellings of one scope are one scope. */
export function toScope(input: CostScopeInput | null | undefined): Scope {
  const list = (values: string[] | null | undefined) => [...new Set(values ?? [])].toSorted();
  if (!input) return everything;
  return {
    providerNames: list(input.providerNames),
    subAccountIds: list(input.subAccountIds),
    serviceNames: list(input.serviceNames),
    serviceCategories: list(input.serviceCategories),
    tags: (input.tags ?? [])
      .map(({ key, values }) => ({ key, values: list(values) }))
      .toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0)),
  };
}
