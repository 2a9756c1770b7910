/** Nothing was changed, because the operator has to decide something first. The message tells what. */
export class SetupError extends Error {
  readonly code = 'setup_impossible';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SetupError';
  }
}
