import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config/index.js';
import { InvalidTokenError } from '../auth.errors.js';
import { OpenAnswers } from '../revocation/open.answers.js';
import { StandingStreams } from '../revocation/standing.streams.js';
import { resources } from '../testing/config.fixture.js';
import { TokenVerifier } from '../verifiers/token.verifier.js';
import { BearerFilter } from './bearer.filter.js';
import { BearerGuard } from './bearer.guard.js';
import { BearerStrategy } from './bearer.strategy.js';

class NoVerifier extends TokenVerifier {
  verify(): Promise<never> {
    return Promise.reject(new Error('must not be asked'));
  }
}

function toolContext(): ExecutionContextHost {
  const context = new ExecutionContextHost([{}, {}]);
  context.setType('mcp');
  return context;
}

describe('in the context of a tool, whose HTTP request has been judged already,', () => {
  it('the guard steps aside', async () => {
    const guard = new BearerGuard(
      new BearerStrategy(new NoVerifier()),
      resources(),
      new Reflector(),
      new OpenAnswers(),
      new StandingStreams(readConfig({ NODE_ENV: 'test' }), new NoVerifier()),
    );
    expect(await guard.canActivate(toolContext())).toBe(true);
  });

  it('the filter leaves the error to the caller of the tool', () => {
    const filter = new BearerFilter(readConfig({ NODE_ENV: 'test' }), resources());
    const error = new InvalidTokenError('no');
    expect(() => filter.catch(error, toolContext())).toThrow(error);
  });
});
