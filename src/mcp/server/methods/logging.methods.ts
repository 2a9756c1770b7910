import { Injectable } from '@nestjs/common';
import type { ServerCapabilities } from '@modelcontextprotocol/server';
import { MethodGroup } from './method.group.js';

/**
 * `logging/setLevel`, which the SDK answers by itself once the capability is there.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging
 */
@Injectable()
export class LoggingMethods extends MethodGroup {
  capabilities(): ServerCapabilities {
    return { logging: {} };
  }

  install(): void {
    // Nothing: which level a session wants is kept by its server object, and asked by the context's `log`.
  }
}
