/** The version of the packages; a test holds it equal to theirs. */
export const PROGRAM_VERSION = '0.1.0';
