import { type ClientCapabilities, MissingRequiredClientCapabilityError } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import { AskedQuestion } from '../server/elicitation/asked.question.js';
import type { Elicit, Elicited, Question } from '../server/elicitation/elicitation.js';
import type { Task } from './task.js';

/** What a handler is told that runs as a task. Nothing in it speaks to the request, which has been answered. */
export function contextIn(task: Task, context: McpContext): McpContext {
  const elicit = async (key: string, question: Question): Promise<Elicited<unknown>> => {
    assertCanElicit(context.clientCapabilities, 'url' in question ? 'url' : 'form');
    const asked = new AskedQuestion(question);
    return task.ask(key, asked.request, (response) => asked.read(response));
  };
  return {
    ...context,
    signal: task.signal,
    // The extension knows no notifications of progress and log; the former has a place in the task, the latter none.
    progress: async (progress, total, message) => task.describe(message ?? fraction(progress, total)),
    log: async () => undefined,
    // One body for the three ways to ask; which content belongs to which question is what its overloads say.
    elicit: ((key: string, question: Question) => handled(elicit(key, question))) as Elicit,
    releaseStream: () => undefined,
  };
}

/** A handler may ask two questions before it awaits the first, and the second must not count as unhandled. */
export function handled<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}

const fraction = (progress: number, total: number | undefined): string =>
  total === undefined ? String(progress) : `${progress} of ${total}`;

/** A client is never asked in a mode it has not declared, inside a task as outside. */
function assertCanElicit({ elicitation }: ClientCapabilities, mode: 'form' | 'url'): void {
  // An empty declaration means forms, as it did before there were modes.
  const forms =
    elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
  if (mode === 'url' ? elicitation?.url !== undefined : forms) return;
  throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { elicitation: { [mode]: {} } } });
}
