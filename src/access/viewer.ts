import { DomainError } from '../platform/index.js';
import type { Scope } from './scope.js';

/** What somebody may do beyond reading. */
export enum Role {
  VIEWER = 'VIEWER',
  FINANCE = 'FINANCE',
  SRE = 'SRE',
  ADMINISTRATOR = 'ADMINISTRATOR',
}

/**
 * Who is asking. Every query and job takes one, and applies its scope where SQL is built, so that
 * there is no way around it.
 */
export interface Viewer {
  /** As in the API: `Viewer:…`. */
  id: string;
  name: string;
  role: Role;
  /** Everything this viewer reads lies inside; null is everything. */
  scope: Scope | null;
}

/** The holder of the administrator key, and whoever sits at this machine when there is no key. */
export const administrator: Viewer = {
  id: 'Viewer:administrator',
  name: 'Administrator',
  role: Role.ADMINISTRATOR,
  scope: null,
};

/** A role that may not do what was asked. */
export class Forbidden extends DomainError {
  readonly code = 'FORBIDDEN';
}

/** Lets administrators and these roles pass. @throws Forbidden naming what is needed */
export function requireRole(viewer: Viewer, ...roles: Role[]): void {
  if (viewer.role === Role.ADMINISTRATOR || roles.includes(viewer.role)) return;
  throw new Forbidden(`this needs the role ${[...roles, Role.ADMINISTRATOR].join(' or ')}, and you have ${viewer.role}`);
}
