import { IntrinsicException } from '@nestjs/common';

/**
 * Ends a round of a handler whose question has no answer yet. Not a failure: Nest logs no intrinsic exception, and the
 * dispatcher asks the questions whatever becomes of this error on its way.
 */
export class InputNeeded extends IntrinsicException {
  readonly code = 'input_needed';

  constructor(key: string) {
    super(`The user has to answer "${key}" first; let this error pass`);
    this.name = 'InputNeeded';
  }
}
