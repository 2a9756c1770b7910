import { MissingRequiredClientCapabilityError } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import { TASKS_EXTENSION } from './task.wire.js';

/** Whether a client of this revision could follow a task at all: earlier ones have no methods of the extension. */
export const knowsTasks = ({ era }: Pick<McpContext, 'era'>): boolean => era === 'stateless';

/** Whether the request itself declares the extension, whatever its client has declared before. */
export const declaresTasks = (caller: Pick<McpContext, 'era' | 'clientCapabilities'>): boolean =>
  knowsTasks(caller) && caller.clientCapabilities.extensions?.[TASKS_EXTENSION] !== undefined;

/** -32021, naming what the client lacks. */
export const missingTasks = (): MissingRequiredClientCapabilityError =>
  new MissingRequiredClientCapabilityError({
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  });
