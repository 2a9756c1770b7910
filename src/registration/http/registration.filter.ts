import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { RegistrationError } from '../registration.errors.js';

/** RFC 7591 section 3.2.2 */
@Catch(RegistrationError)
export class RegistrationFilter implements ExceptionFilter<RegistrationError> {
  catch({ code, message, status }: RegistrationError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    // What was not read would be taken for the next request.
    if (status !== 400) response.setHeader('Connection', 'close');
    response
      .status(status)
      .set('Cache-Control', 'no-store')
      .json({ error: code, error_description: message });
  }
}
