import { DomainError } from '../../platform/index.js';

/** A file that is not loaded, because of what stands at one place in it. Nothing of it is stored. */
export class FileRefused extends DomainError {
  readonly code = 'INVALID';

  /**
   * @param place line or row from 1, and the column by its name; what is not known is left out
   */
  constructor(file: string, reason: string, place: { line?: number; row?: number; column?: string } = {}) {
    const parts = [file];
    if (place.line !== undefined) parts.push(`line ${place.line}`);
    if (place.row !== undefined) parts.push(`row ${place.row}`);
    if (place.column !== undefined) parts.push(`column ${place.column}`);
    super(`${parts.join(', ')}: ${reason}`);
  }
}
