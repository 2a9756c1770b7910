import { Controller, HttpCode, HttpException, Logger, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Config } from '../../config/index.js';
import { ThrottledWarning } from '../../observability/index.js';
import { Public } from '../bearer/public.decorator.js';
import { Revocations } from './revocations.js';
import { isSigned, userOutIn } from './webhook.message.js';

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
    const body = await bytesOf(request);
    const signature = request.headers['logto-signature-sha-256'];
    if (webhookSigningKey === undefined || !isSigned(body, signature, webhookSigningKey)) {
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
  const tooLarge = () => {
    request.res?.setHeader('Connection', 'close');
    return refusal(413, 'invalid_request', `The body is larger than ${MAX_BYTES} bytes`);
  };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      // Without an encoding set, a request yields Buffers.
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > MAX_BYTES) throw tooLarge();
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof HttpException) throw error;
    // Nest logs every other error with its stack, and a client may abort as often as it likes.
    throw refusal(400, 'invalid_request', 'The request was aborted');
  }
  return Buffer.concat(chunks, size);
}
