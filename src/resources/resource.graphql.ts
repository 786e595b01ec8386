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
registerEnumType(GpuSharingType, { name: 'GpuSharing' });

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
  @Field(() => GpuShape, { nullable: true, description: 'Set for GPUs, their slices and GPU pools.' })
  gpu: GpuShape | null;
  @Field(() => Date) firstSeenAt: Date;
  @Field(() => Date) lastSeenAt: Date;
}

@InputType()
export class ResourceFilter {
  @Field(() => [String], { nullable: true }) providerNames?: string[] | null;
  @Field(() => [String], { nullable: true }) serviceNames?: string[] | null;
  @Field(() => [String], { nullable: true }) regionIds?: string[] | null;
  @Field(() => [TagFilter], { nullable: true }) tags?: TagFilter[] | null;
  @Field(() => String, { nullable: true, description: 'Part of the name, in any case.' }) nameContains?: string | null;
}

export enum ResourceOrderField {
  RESOURCE_NAME = 'RESOURCE_NAME',
  FIRST_SEEN_AT = 'FIRST_SEEN_AT',
}
registerEnumType(ResourceOrderField, { name: 'ResourceOrderField' });

@InputType()
export class ResourceOrder {
  @Field(() => ResourceOrderField) field: ResourceOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction: OrderDirection;
}

@ObjectType()
export class ResourceConnection extends connectionOf('Resource', () => Resource) {}
