export interface ReadEvent {
  readonly id: string;
  readonly data: string;
  readonly retry: string;
}

/** An answer that is an event stream, read event by event, with the ids that a client would resume from. */
export class EventReader {
  private readonly reader: ReadableStreamDefaultReader<string>;
  private buffer = '';

  constructor(readonly response: Response) {
    const body = response.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>();
    this.reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** @returns nothing when the stream has ended */
  async next(): Promise<ReadEvent | undefined> {
    for (;;) {
      const end = this.buffer.indexOf('\n\n');
      if (end >= 0) {
        const block = this.buffer.slice(0, end);
        this.buffer = this.buffer.slice(end + 2);
        if (block.startsWith(':')) continue;
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
        return { id: field('id'), data: field('data'), retry: field('retry') };
      }
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.buffer += value;
    }
  }

  async rest(): Promise<ReadEvent[]> {
    const events: ReadEvent[] = [];
    for (let event = await this.next(); event !== undefined; event = await this.next()) events.push(event);
    return events;
  }

  /** Cuts the connection, as a network does. */
  async cut(): Promise<void> {
    await this.reader.cancel();
  }
}
