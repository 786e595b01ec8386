import { Field, Float, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ServiceCategory, TagFilter } from '../access/index.js';
import { connectionOf, Node, OrderDirection, Tag } from '../platform/index.js';
import type { GpuSharing } from './resource-description.js';

const GpuSharingType = {
  WHOLE: 'WHOLE',
  MIG: 'MIG',
  TIME_SLICED: 'TIME_SLICED',
  FRACTIONAL: 'FRACTIONAL',
} as const satisfies { [Sharing in GpuSharing]: Sharing };
registerEnumType(GpuSharingType, {
  name: 'GpuSharing',
  description: 'How a GPU is divided among those who use it.',
  valuesMap: {
    MIG: { description: 'Slices made in the hardware (multi-instance GPU).' },
    TIME_SLICED: { description: 'One after the other, in turns.' },
    FRACTIONAL: { description: 'Shares that a scheduler hands out.' },
  },
});

@ObjectType({
  description: 'What kind of GPU, and what share of it. The shares of one GPU and its idle rest add up to 1.',
})
export class GpuShape {
  @Field() model: string;
  @Field(() => Float) share: number;
  @Field(() => GpuSharingType) sharing: GpuSharing;
}

@ObjectType({
  implements: () => [Node],
  description: 'Anything that is used, may fill up, and costs money (FOCUS Resource*).',
})
export class Resource extends Node {
  @Field({ description: "The provider's identifier (FOCUS ResourceId)." }) resourceId: string;
  @Field(() => String, {
    nullable: true,
    description: 'Null when the provider names resources by identifier only.',
  })
  resourceName: string | null;
  @Field(() => String, { nullable: true, description: 'Null when the provider gives no type.' })
  resourceType: string | null;
  @Field() providerName: string;
  @Field() serviceName: string;
  @Field(() => ServiceCategory) serviceCategory: ServiceCategory;
  @Field(() => String, { nullable: true, description: 'Null for resources that belong to no region.' })
  regionId: string | null;
  @Field(() => String, { nullable: true, description: 'Null for resources of the billing account itself.' })
  subAccountId: string | null;
  @Field(() => [Tag]) tags: Tag[];
  @Field(() => GpuShape, { nullable: true, description: 'Null for anything but GPUs, their slices and GPU pools.' })
  gpu: GpuShape | null;
  @Field(() => Date) firstSeenAt: Date;
  @Field(() => Date) lastSeenAt: Date;
}

@InputType({ description: 'Which resources. Fields combine with AND, values with OR; what is left out or empty is any.' })
export class ResourceFilter {
  @Field(() => [String], { nullable: true, description: 'Any of these.' }) providerNames?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Any of these.' }) serviceNames?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Any of these.' }) regionIds?: string[] | null;
  @Field(() => [TagFilter], { nullable: true, description: 'All of these.' }) tags?: TagFilter[] | null;
  @Field(() => String, { nullable: true, description: 'Part of the name, or of the identifier where there is none; in any case.' }) nameContains?: string | null;
}

export enum ResourceOrderField {
  RESOURCE_NAME = 'RESOURCE_NAME',
  FIRST_SEEN_AT = 'FIRST_SEEN_AT',
}
registerEnumType(ResourceOrderField, {
  name: 'ResourceOrderField',
  description: 'What resources are put in order by.',
  valuesMap: { RESOURCE_NAME: { description: 'By the identifier where there is no name.' } },
});

@InputType({ description: 'By what, and in which direction.' })
export class ResourceOrder {
  @Field(() => ResourceOrderField) field: ResourceOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction: OrderDirection;
}

@ObjectType({ description: 'One page of resources.' })
export class ResourceConnection extends connectionOf('Resource', () => Resource) {}
