import { MissingRequiredClientCapabilityError } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import { TASKS_EXTENSION } from './task.wire.js';

/** Whether the connection has the methods that a task is followed by. */
export const knowsTasks = ({ era }: Pick<McpContext, 'era'>): boolean => era === 'stateless';

/** Whether the request itself declares the extension, whatever its client has declared before. */
export const declaresTasks = (caller: Pick<McpContext, 'era' | 'clientCapabilities'>): boolean =>
  knowsTasks(caller) && caller.clientCapabilities.extensions?.[TASKS_EXTENSION] !== undefined;

/** -32021, naming what the client lacks. */
export const missingTasks = (): MissingRequiredClientCapabilityError =>
  new MissingRequiredClientCapabilityError({
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  });
