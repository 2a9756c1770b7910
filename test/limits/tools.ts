import { Injectable } from '@nestjs/common';
import { Prompt, RateLimit, Resource, Tool } from '../../src/mcp/index.js';

/** Calls that wait until the test lets them end. */
@Injectable()
export class GateTool {
  running = 0;
  private waiting: (() => void)[] = [];

  @Tool({ name: 'wait', description: 'Waits.' })
  async wait() {
    this.running += 1;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running -= 1;
    return 'waited';
  }

  @Tool({ name: 'work', description: 'Works as a task.', task: 'optional' })
  work() {
    return this.wait();
  }

  open(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

@Injectable()
export class LimitedTools {
  @Tool({ name: 'greet', description: 'Greets.' })
  @RateLimit({ points: 2, perSeconds: 60 })
  greet() {
    return 'Hello';
  }

  // The other way round: the order of decorators must not matter.
  @RateLimit({ points: 1, perSeconds: 60 })
  @Tool({ name: 'shout', description: 'Shouts.' })
  shout() {
    return 'HELLO';
  }

  @Tool({ name: 'free', description: 'Is not limited.' })
  free() {
    return 'free';
  }

  @Resource({ name: 'page', uri: 'test://page' })
  @RateLimit({ points: 1, perSeconds: 60 })
  page() {
    return 'text';
  }

  @Prompt({ name: 'ask', description: 'Asks.' })
  @RateLimit({ points: 1, perSeconds: 60 })
  ask() {
    return 'Ask me';
  }
}

@Injectable()
export class FailingTool {
  @Tool({ name: 'fail', description: 'Fails.' })
  fail(): string {
    throw new Error('a detail for the log');
  }
}
