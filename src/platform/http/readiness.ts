import { Injectable } from '@nestjs/common';

/** What rooms want known beside the readiness of the process, such as how many sources are stale. */
@Injectable()
export class Readiness {
  private readonly facts = new Map<string, () => Promise<number>>();

  /**
   * Nothing that is counted here makes a process unready: it would be taken out of service for what
   * another process, or the outside, fails to do. Anybody may read it, so it is numbers only.
   */
  register(name: string, count: () => Promise<number>): void {
    this.facts.set(name, count);
  }

  async counts(): Promise<Record<string, number>> {
    return Object.fromEntries(await Promise.all([...this.facts].map(async ([name, count]) => [name, await count()] as const)));
  }
}
