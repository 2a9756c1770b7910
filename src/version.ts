/** The version clients are told. Equal to package.json's: a test says so. */
export const VERSION = '0.1.0';
