/** How a person wants to be spoken to at a terminal: the POSIX order of variables, and https://no-color.org. */
export interface Locale {
  /** Such as `zh_CN.UTF-8`. */
  readonly locale: string;
  readonly noColor: string;
}

export const readLocale = (environment: NodeJS.ProcessEnv = process.env): Locale => ({
  locale: environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '',
  noColor: environment['NO_COLOR'] ?? '',
});
