import type { EntityManager } from 'typeorm';
import { publish } from '../events/index.js';

/** The event, and the subscription, of a run that has ended. */
export const runFinished = 'collectionRunFinished';

/** Sources are the whole organisation's: who sees but a part of it is not told. */
export async function tellFinished(transaction: EntityManager, dataSourceId: string, ended: readonly { id: string }[]): Promise<void> {
  await publish(transaction, ended.map(({ id }) => ({ kind: runFinished, subjectKey: dataSourceId, payload: { runKey: id } })));
}
