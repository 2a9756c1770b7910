import { Controller, HttpCode, HttpException, Logger, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Config } from '../../config/index.js';
import { readBytes, RequestBodyError } from '../../edge/index.js';
import { ThrottledWarning } from '../../observability/index.js';
import { Public } from '../bearer/public.decorator.js';
import { Revocations } from './revocations.js';
import { hasSignatureForm, isSigned, userOutIn } from './webhook.message.js';

/** A user with all its custom data fits in. */
const MAX_BYTES = 256 * 1024;

const refusal = (status: number, error: string, description: string): HttpException =>
  new HttpException({ error, error_description: description }, status);

/**
 * Where Logto tells who is suspended or deleted. Open to everybody, so the signature is checked before anything is
 * read out of the body, and no answer tells more than whether it was right.
 */
@Controller('webhooks/logto')
@Public()
export class WebhookController {
  private readonly refused = new ThrottledWarning(new Logger('Auth'), 'webhook.refused');

  constructor(
    private readonly config: Config,
    private readonly revocations: Revocations,
  ) {}

  @Post()
  @HttpCode(200)
  async receive(@Req() request: Request) {
    const { issuer, webhookSigningKey } = this.config.logto;
    const signature = request.headers['logto-signature-sha-256'];
    // Without the form of a signature no body can be right, and reading one may take half a minute.
    const body = hasSignatureForm(signature) ? await bytesOf(request) : undefined;
    if (
      body === undefined ||
      webhookSigningKey === undefined ||
      !isSigned(body, signature, webhookSigningKey)
    ) {
      this.refused.report();
      throw refusal(403, 'access_denied', 'The signature is not valid');
    }
    const out = userOutIn(body);
    if (out !== undefined) this.revocations.revoke({ issuer, subject: out.subject }, out.at);
    // The same for what does not concern us: Logto would call anything else a failure.
    return { received: true };
  }
}

async function bytesOf(request: Request): Promise<Buffer> {
  try {
    return await readBytes(request, MAX_BYTES);
  } catch (error) {
    // That a body parser was there first is for the operator to read in the log.
    if (!(error instanceof RequestBodyError) || error.code === 'consumed') throw error;
    if (error.code === 'too_large') request.res?.setHeader('Connection', 'close');
    throw refusal(error.status, 'invalid_request', error.message);
  }
}
