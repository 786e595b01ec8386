const begun = '…';
/** How often a line says how far it is where lines stay. */
const sparseMs = 10_000;

/** Says what is going on while it goes on: one line a step, rewritten in place on a terminal. */
export class Progress {
  private startedAt = 0;
  private label = '';
  private shownAt = 0;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  /** Does one step and says how it ended; `work` may tell how far it is. */
  async step<Result>(
    label: string,
    work: (tell: (detail: string) => void) => Promise<Result>,
    outcome: (result: Result) => string = () => '',
  ): Promise<Result> {
    this.label = label;
    this.startedAt = performance.now();
    this.show(begun);
    const result = await work((detail) => {
      if (performance.now() - this.shownAt > (this.stream.isTTY ? 100 : sparseMs)) this.show(`… ${detail}`);
    });
    const seconds = ((performance.now() - this.startedAt) / 1000).toFixed(1);
    const detail = outcome(result);
    this.line(`✓ ${label}${detail ? `: ${detail}` : ''} (${seconds} s)`);
    return result;
  }

  /** A line of its own, such as a notice. */
  note(text: string): void {
    this.line(`• ${text}`);
  }

  private show(state: string): void {
    this.shownAt = performance.now();
    if (this.stream.isTTY) this.stream.write(`\r\x1b[2K  ${this.label} ${state}`);
    // In a file or a pipe a line cannot be rewritten, and every one should say something.
    else if (state !== begun) this.line(`  ${this.label} ${state}`);
  }

  private line(text: string): void {
    this.stream.write(`${this.stream.isTTY ? '\r\x1b[2K' : ''}${text}\n`);
  }
}
