import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostScope } from './scope.graphql.js';
import { Role } from './viewer.js';

registerEnumType(Role, {
  name: 'Role',
  description: 'What a role may do beyond reading.',
  valuesMap: {
    FINANCE: { description: 'Budgets, scenarios, reports, feedback.' },
    SRE: { description: 'Data sources, capacity, alert rules, channels, recommendations, feedback.' },
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
