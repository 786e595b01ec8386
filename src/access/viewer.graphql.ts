import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostScope } from './scope.graphql.js';
import { Role } from './viewer.js';

registerEnumType(Role, {
  name: 'Role',
  description: 'What a role may do beyond reading.',
  valuesMap: {
    VIEWER: { description: 'Nothing.' },
    FINANCE: { description: 'Budgets, and forecasts on demand.' },
    SRE: { description: 'Deliveries, capacity, and forecasts on demand.' },
    ADMINISTRATOR: { description: 'Everything.' },
  },
});

@ObjectType('Viewer', { description: 'Who is asking.' })
export class ViewerType {
  @Field(() => ID) id: string;
  @Field() name: string;
  @Field(() => Role) role: Role;
  @Field(() => CostScope, {
    nullable: true,
    description: 'Everything this viewer reads is inside this scope: lists, sums and forecasts. Null is everything.',
  })
  scope: CostScope | null;
}
