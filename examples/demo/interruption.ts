/** Somebody pressed Ctrl-C, or asked this process to end. */
export class Interruption extends Error {
  constructor(readonly exitCode: number) {
    super('Interrupted.');
    this.name = 'Interruption';
  }
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Rejects at the first signal, so that what runs can be stopped in order; the second one ends the process. */
export function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const [signal, number] of Object.entries(signals)) {
      process.once(signal, () => reject(new Interruption(128 + number)));
    }
  });
}
