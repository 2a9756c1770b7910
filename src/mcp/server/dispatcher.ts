import { Injectable } from '@nestjs/common';
import { ProtocolError } from '@modelcontextprotocol/server';
import type { Feature } from '../features/feature.js';
import type { McpContext } from '../mcp.context.js';
import { McpOptions } from '../mcp.options.js';
import { ownerOf } from '../principal.js';
import { callStateOf } from './call.state.js';
import { AnswerRegistry } from './elicitation/answer.registry.js';
import { StateSeal } from './elicitation/state.seal.js';
import { scopesWanted } from './scope.policy.js';
import { withTimeLimit } from './time.limit.js';

/** JSON-RPC code of a call that needs more scopes, in the era whose HTTP answer has already been sent. */
const INSUFFICIENT_SCOPE = -32030;

/** The one way to a handler, whatever the feature, the method and the transport: first the scopes, then the limits. */
@Injectable()
export class Dispatcher {
  private readonly seals: StateSeal;

  constructor(
    private readonly options: McpOptions,
    private readonly answers: AnswerRegistry,
  ) {
    this.seals = new StateSeal(options.secret);
  }

  /** @throws {ProtocolError} when the caller lacks a scope of the feature */
  authorize({ scopes }: Feature, { principal }: McpContext): void {
    const wanted = scopesWanted(scopes, principal);
    if (wanted === undefined) return;
    const scope = wanted.join(' ');
    const data = { error: 'insufficient_scope', scope };
    throw new ProtocolError(INSUFFICIENT_SCOPE, `This call needs the scope: ${scope}`, data);
  }

  /**
   * Runs the feature's method. What it throws is passed on unmasked.
   * @returns what the method returns; or an `InputRequiredResult`, when it has asked the user something that is not
   * answered yet, whatever it has made of the error that told it so
   */
  async invoke(feature: Feature, input: unknown, context: McpContext): Promise<unknown> {
    this.authorize(feature, context);
    const call = callStateOf(context);
    await call?.round.begin(this.seals);
    const leave = await this.options.limiter?.enter(context.principal, feature);
    const limitMs = feature.timeoutMs ?? this.options.toolTimeoutMs;
    try {
      if (feature.actsOnce === true) await call?.round.useAnswers(this.answers, ownerOf(context.principal));
      const run = { name: feature.name, limitMs, principal: context.principal };
      const value = await withTimeLimit(context.signal, run, (signal) =>
        feature.handler(input, { ...context, signal }),
      );
      call?.channel.assertSent();
      return (await call?.round.questions()) ?? value;
    } catch (error) {
      const questions = await call?.round.questions();
      if (questions !== undefined) return questions;
      throw error;
    } finally {
      leave?.();
      call?.channel.end();
    }
  }
}
