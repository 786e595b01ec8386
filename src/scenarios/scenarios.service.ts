import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { contains, everything, requireRole, Role, toScope, type Scope, type Viewer } from '../access/index.js';
import { limitMetricOf } from '../capacity/index.js';
import { Clock, DomainError, InvalidInput, keyOf, NotFound, type PageArgs } from '../platform/index.js';
import { resourcesById } from '../resources/index.js';
import { ScenarioTarget, type Adjustment } from './adjustment.js';
import type { ScenarioAdjustmentInput, ScenarioCreateInput, ScenarioUpdateInput } from './scenario.graphql.js';
import { deleteScenario, hasScenarioNamed, insertScenario, scenarioPage, scenariosById, updateScenario, type ScenarioRow } from './scenario.queries.js';

const longestName = 200;
const mostAdjustments = 50;
const longestRampDays = 730;

/** Two scenarios of one name could not be told apart. */
export class ScenarioExists extends DomainError {
  readonly code = 'CONFLICT';
  override readonly field = ['name'];
  constructor(name: string) {
    super(`there is a scenario "${name}" already`);
  }
}

/** What people write down of the future. */
@Injectable()
export class ScenariosService {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  find(viewer: Viewer, keys: string[]): Promise<ScenarioRow[]> {
    return scenariosById(this.database, viewer, keys);
  }

  page(viewer: Viewer, page: PageArgs): Promise<ScenarioRow[]> {
    return scenarioPage(this.database, viewer, page);
  }

  /** @throws DomainError */
  async create(viewer: Viewer, input: ScenarioCreateInput): Promise<ScenarioRow> {
    requireRole(viewer, Role.FINANCE, Role.SRE);
    const scope = input.scope ? toScope(input.scope) : (viewer.scope ?? everything);
    if (!contains(viewer.scope, scope)) throw new InvalidInput('scope reaches beyond what you may see: name the part of it that is yours', ['scope']);
    const name = await this.freeName(input.name, null);
    const adjustments = await this.checked(viewer, scope, input.adjustments);
    const key = await insertScenario(this.database, { name, author: viewer.name, scope, adjustments }, this.clock.now());
    return (await this.find(viewer, [key]))[0]!;
  }

  /** @throws DomainError */
  async update(viewer: Viewer, id: string, input: ScenarioUpdateInput): Promise<ScenarioRow> {
    requireRole(viewer, Role.FINANCE, Role.SRE);
    const known = await this.known(viewer, id);
    const key = keyOf('Scenario', id, ['id']);
    const name = typeof input.name === 'string' ? await this.freeName(input.name, key) : known.name;
    const adjustments = input.adjustments ? await this.checked(viewer, known.scope, input.adjustments) : known.adjustments;
    await updateScenario(this.database, key, { name, author: viewer.name, adjustments }, this.clock.now());
    return (await this.find(viewer, [key]))[0]!;
  }

  /** @throws DomainError */
  async delete(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.FINANCE, Role.SRE);
    await this.known(viewer, id);
    await deleteScenario(this.database, keyOf('Scenario', id, ['id']));
    return id;
  }

  private async known(viewer: Viewer, id: string): Promise<ScenarioRow> {
    const [known] = await this.find(viewer, [keyOf('Scenario', id, ['id'])]);
    if (!known) throw new NotFound(id, ['id']);
    return known;
  }

  private async freeName(given: string, exceptKey: string | null): Promise<string> {
    const name = given.trim();
    if (name === '' || name.length > longestName) throw new InvalidInput(`name needs 1 to ${longestName} characters, got ${name.length}`, ['name']);
    if (await hasScenarioNamed(this.database, name, exceptKey)) throw new ScenarioExists(name);
    return name;
  }

  private async checked(viewer: Viewer, scope: Scope, inputs: readonly ScenarioAdjustmentInput[]): Promise<Adjustment[]> {
    if (inputs.length === 0 || inputs.length > mostAdjustments) {
      throw new InvalidInput(`adjustments needs 1 to ${mostAdjustments} of them, got ${inputs.length}`, ['adjustments']);
    }
    const adjustments = inputs.map((input, index) => toAdjustment(scope, input, ['adjustments', `${index}`]));
    for (const [index, { resourceIds }] of adjustments.entries()) {
      const field = ['adjustments', `${index}`, 'resourceIds'];
      const found = await resourcesById(this.database, viewer, resourceIds.map((id) => keyOf('Resource', id, field)));
      const missing = resourceIds.find((id) => !found.some((resource) => resource.id === id));
      if (missing) throw new NotFound(missing, field);
    }
    return adjustments;
  }
}

/** @throws InvalidInput naming the part that does not fit */
function toAdjustment(scope: Scope, input: ScenarioAdjustmentInput, path: string[]): Adjustment {
  const refuse = (field: string, message: string): never => {
    throw new InvalidInput(message, [...path, field]);
  };
  const { target, effectiveFrom, effectiveUntil, rampDays, costFollowsDemand } = input;
  const description = input.description.trim();
  const isCost = target === ScenarioTarget.COST;
  const { factor = null, shift = null } = input.change;
  const resourceIds = [...new Set(input.resourceIds ?? [])];
  const { metric = null, currency = null, unitCostPerMonth = null } = input;
  if (description === '' || description.length > longestName) refuse('description', `description needs 1 to ${longestName} characters, got ${description.length}`);
  if (isCost && metric) refuse('metric', `metric is of demand and capacity, and this changes costs: leave it out`);
  if (!isCost && !metric) refuse('metric', `metric is needed to change ${target.toLowerCase()}`);
  if (effectiveUntil && effectiveUntil <= effectiveFrom) refuse('effectiveUntil', 'effectiveUntil needs an instant after effectiveFrom');
  if (!(rampDays >= 0 && rampDays <= longestRampDays)) refuse('rampDays', `rampDays needs days from 0 to ${longestRampDays}, got ${rampDays}`);
  if (factor !== null && !(factor >= 0 && Number.isFinite(factor))) refuse('change', `factor needs a number of 0 or more, got ${factor}`);
  if (shift !== null && !Number.isFinite(shift)) refuse('change', `shift needs a number, got ${shift}`);
  if (!isCost && shift !== null && resourceIds.length !== 1) {
    refuse('resourceIds', `a shift of ${target.toLowerCase()} needs one resource to add to, got ${resourceIds.length}`);
  }
  if (isCost && shift !== null && !currency) refuse('currency', 'currency is needed for a shift of costs');
  if (!(isCost && shift !== null) && currency) refuse('currency', 'currency is of a shift of costs: leave it out');
  if (unitCostPerMonth && target !== ScenarioTarget.CAPACITY) refuse('unitCostPerMonth', 'unitCostPerMonth is of capacity that is added: leave it out');
  if (costFollowsDemand && target !== ScenarioTarget.DEMAND) refuse('costFollowsDemand', 'costFollowsDemand is of demand: leave it out');
  return {
    description,
    target,
    metric: metric && (target === ScenarioTarget.CAPACITY ? limitMetricOf(metric) : metric),
    scope: input.scope ? toScope(input.scope) : scope,
    resourceIds,
    gpuModels: [...new Set(input.gpuModels ?? [])],
    effectiveFrom: effectiveFrom.toISOString(),
    effectiveUntil: effectiveUntil ? effectiveUntil.toISOString() : null,
    rampDays,
    factor,
    shift,
    currency,
    unitCostPerMonth,
    costFollowsDemand,
  };
}
